/** Databases for tests, each its own. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { migrate } from '#db/index.ts';

export interface TestDatabase {
  url: string;
  close(): Promise<void>;
}

/** A migrated one, of the dialect that this run of the test is about. */
export function newDatabase(): Promise<TestDatabase> {
  return inject('postgres') ? newPostgres() : newFile();
}

/** On the server of the test run; migrated, or empty. */
export async function newPostgres({ isEmpty = false } = {}): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(`CREATE DATABASE ${name} TEMPLATE ${isEmpty ? 'template0' : 'template1'}`);
  const url = new URL(inject('postgres'));
  url.pathname = name;
  return { url: url.href, close: () => administer(`DROP DATABASE ${name} WITH (FORCE)`) };
}

async function newFile(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-database-'));
  const url = `file:${join(folder, 'test.db')}`;
  await migrate(url);
  return { url, close: async () => rmSync(folder, { recursive: true }) };
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client(inject('postgres'));
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
