import { beforeEach, expect, test } from 'vitest';
import { migratePostgres } from '#db/postgres/migrate.ts';
import { readMigrations } from '#db/queries/migration-files.ts';
import { emptyPostgres, execute } from '#tests/support/database.ts';
import { beforeAsciiDomains, countSinceAsciiDomains, folded, insertAccounts, meetings, old } from './ascii-domains.ts';

const count = countSinceAsciiDomains(readMigrations('postgres'));
let url: string;
beforeEach(async () => {
  url = await emptyPostgres();
  await migratePostgres(url, beforeAsciiDomains(readMigrations('postgres')));
});

async function addresses() {
  const { rows } = await execute(url, 'SELECT id, email FROM users');
  return Object.fromEntries(rows.map(({ id, email }) => [id, email]));
}

test('domains come to ASCII, once, and other addresses stay', async () => {
  await execute(url, insertAccounts(old));
  expect(await migratePostgres(url)).toBe(count);
  expect(await addresses()).toEqual(folded);
  expect(await migratePostgres(url)).toBe(0);
});

test.each(meetings)('%j beside them stops it, with nothing changed and the accounts named', async (more, report) => {
  await execute(url, insertAccounts({ ...old, ...more }));
  await expect(migratePostgres(url)).rejects.toThrow(report);
  expect(await addresses()).toEqual({ ...old, ...more });
  const [id = ''] = Object.keys(more);
  await execute(url, `UPDATE users SET email = 'free@example.org' WHERE id = '${id}'`);
  expect(await migratePostgres(url)).toBe(count);
  expect(await addresses()).toEqual({ ...folded, [id]: 'free@example.org' });
});
