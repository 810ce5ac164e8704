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

/** A migrated one, without rows, of the dialect that this run of the test is about. */
export function newDatabase(): Promise<TestDatabase> {
  return inject('postgres') ? newPostgres() : newFile();
}

/** On PostgreSQL those of a file's tests that are done are used again, emptied: making one takes longer than most tests. */
const free: string[] = [];

export async function newPostgres(): Promise<TestDatabase> {
  const url = free.pop() ?? (await createPostgres('template1'));
  return {
    url,
    async close() {
      await execute(url, 'DELETE FROM users; DELETE FROM rate_limits');
      free.push(url);
    },
  };
}

/** One that was never migrated. It goes away with the server. */
export function emptyPostgres(): Promise<string> {
  return createPostgres('template0');
}

/** Runs statements on a PostgreSQL of the tests. */
export async function execute(url: string, statements: string): Promise<pg.QueryResult> {
  const client = new pg.Client(url);
  await client.connect();
  return client.query(statements).finally(() => client.end());
}

async function createPostgres(template: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await execute(inject('postgres'), `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(inject('postgres'));
  url.pathname = name;
  return url.href;
}

async function newFile(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-database-'));
  const url = `file:${join(folder, 'test.db')}`;
  await migrate(url);
  return { url, close: async () => rmSync(folder, { recursive: true }) };
}
