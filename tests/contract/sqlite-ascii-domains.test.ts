import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readMigrations } from '#db/queries/migration-files.ts';
import { migrateSqlite } from '#db/sqlite/migrate.ts';
import { beforeAsciiDomains, countSinceAsciiDomains, folded, insertAccounts, meetings, old } from './ascii-domains.ts';
import { emptyFolder } from './sqlite-files.ts';

const count = countSinceAsciiDomains(readMigrations('sqlite'));
let file: { folder: string; path: string };
beforeEach(async () => {
  file = emptyFolder();
  await migrateSqlite(file.path, beforeAsciiDomains(readMigrations('sqlite')));
});
afterEach(() => rmSync(file.folder, { recursive: true }));

function query<T>(work: (database: Database.Database) => T): T {
  const database = new Database(file.path);
  try {
    return work(database);
  } finally {
    database.close();
  }
}
const addresses = () =>
  Object.fromEntries(
    query((database) => database.prepare<[], [string, string]>('SELECT id, email FROM users').raw().all()),
  );

test('domains come to ASCII, once, and other addresses stay', async () => {
  query((database) => database.exec(insertAccounts(old)));
  expect(await migrateSqlite(file.path)).toBe(count);
  expect(addresses()).toEqual(folded);
  expect(await migrateSqlite(file.path)).toBe(0);
});

test.each(meetings)('%j beside them stops it, with nothing changed and the accounts named', async (more, report) => {
  query((database) => database.exec(insertAccounts({ ...old, ...more })));
  await expect(migrateSqlite(file.path)).rejects.toThrow(report);
  expect(addresses()).toEqual({ ...old, ...more });
  const [id = ''] = Object.keys(more);
  query((database) => database.prepare("UPDATE users SET email = 'free@example.org' WHERE id = ?").run(id));
  expect(await migrateSqlite(file.path)).toBe(count);
  expect(addresses()).toEqual({ ...folded, [id]: 'free@example.org' });
});
