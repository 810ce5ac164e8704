import { readFileSync } from 'node:fs';
import {
  generateDrizzleJson,
  generateMigration,
  generateSQLiteDrizzleJson,
  generateSQLiteMigration,
} from 'drizzle-kit/api';
import { expect, test } from 'vitest';
import { z } from 'zod';
import * as postgres from '#db/postgres/schema.ts';
import * as sqlite from '#db/sqlite/schema.ts';

const journal = z.object({ entries: z.array(z.object({ idx: z.number() })) });

/** The schema as drizzle-kit saw it when it wrote the newest migration. */
function snapshot(dialect: 'sqlite' | 'postgres') {
  const folder = `db/${dialect}/migrations/meta`;
  const read = (file: string) => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
  const newest = journal.parse(read('_journal.json')).entries.at(-1)?.idx ?? 0;
  return read(`${String(newest).padStart(4, '0')}_snapshot.json`);
}

test('SQLite’s schema has nothing that no migration brings', async () => {
  const now = await generateSQLiteDrizzleJson(sqlite, undefined, 'snake_case');
  expect(await generateSQLiteMigration(snapshot('sqlite'), now)).toEqual([]);
});

test('PostgreSQL’s schema has nothing that no migration brings', async () => {
  const now = generateDrizzleJson(postgres, undefined, undefined, 'snake_case');
  expect(await generateMigration(snapshot('postgres'), now)).toEqual([]);
});
