import { globSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  generateDrizzleJson,
  generateMigration,
  generateSQLiteDrizzleJson,
  generateSQLiteMigration,
} from 'drizzle-kit/api';
import { expect, test } from 'vitest';
import { z } from 'zod';

const journal = z.object({ entries: z.array(z.object({ idx: z.number() })) });

/** Reads the schema as drizzle-kit saw it when it wrote the newest migration in a folder. */
function snapshotIn(folder: string) {
  const read = (file: string) => JSON.parse(readFileSync(`${folder}/migrations/meta/${file}`, 'utf8'));
  const newest = journal.parse(read('_journal.json')).entries.at(-1)?.idx ?? 0;
  return read(`${String(newest).padStart(4, '0')}_snapshot.json`);
}

const folders = globSync('db/{sqlite,postgres}/{.,*}/schema.ts').map(dirname);

test('both databases have as many schemas', () => {
  const of = (dialect: string) => folders.filter((folder) => folder.startsWith(`db/${dialect}`));
  expect(of('sqlite').length).toBeGreaterThan(0);
  expect(of('postgres').length).toBe(of('sqlite').length);
});

test.each(folders)('the schema in %s has nothing that no migration brings', async (folder) => {
  const files = globSync(`${folder}/*schema.ts`).map((file) => import(resolve(file)));
  const schema: Record<string, unknown> = Object.assign({}, ...(await Promise.all(files)));
  const newest = snapshotIn(folder);
  const statements = folder.startsWith('db/sqlite')
    ? await generateSQLiteMigration(newest, await generateSQLiteDrizzleJson(schema, undefined, 'snake_case'))
    : await generateMigration(newest, generateDrizzleJson(schema, undefined, undefined, 'snake_case'));
  expect(statements).toEqual([]);
});
