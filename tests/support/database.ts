/** Databases for tests, each its own. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { backup, migrate } from '#db/index.ts';
import { memoryFolder } from './folders.ts';

export interface TestDatabase {
  url: string;
  close(): Promise<void>;
}

/** A migrated one, without rows, of the dialect that this run of the test is about. */
export function newDatabase(): Promise<TestDatabase> {
  return inject('postgres') ? newPostgres() : newFile();
}

/** Those of tests that are done, emptied, to be used again: making one takes longer than most tests. */
const free: string[] = [];

/** Deletes every row of the app. TRUNCATE would be slower: it makes each table's files anew. */
const emptied = `
  DO $$ DECLARE name text; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_\\_drizzle%' LOOP
      EXECUTE 'DELETE FROM ' || quote_ident(name);
    END LOOP;
  END $$`;

export async function newPostgres(): Promise<TestDatabase> {
  const url = free.pop() ?? (await createPostgres('template1'));
  return {
    url,
    async close() {
      await execute(url, emptied);
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

/** Changes the settings of a PostgreSQL for connections that are made from now on: `SET name = value`, or `RESET ALL`. */
export async function configure(url: string, change: string): Promise<void> {
  await execute(inject('postgres'), `ALTER DATABASE ${new URL(url).pathname.slice(1)} ${change}`);
}

async function createPostgres(template: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await execute(inject('postgres'), `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(inject('postgres'));
  url.pathname = name;
  return url.href;
}

/** What a backup that is made now brings back: every row as of one moment, in a database of its own. */
export async function copyOf(url: string): Promise<TestDatabase> {
  if (inject('postgres')) return copyPostgres(url);
  const copy = fileIn(memoryFolder('copy'));
  await backup(url, copy.url.slice('file:'.length));
  return copy;
}

/** As pg_dump does it, which comes with no package: all tables from one snapshot. */
async function copyPostgres(url: string): Promise<TestDatabase> {
  const copy = await newPostgres();
  const [from, to] = [new pg.Client(url), new pg.Client(copy.url)];
  await Promise.all([from.connect(), to.connect()]);
  try {
    await from.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // Whom a row refers to may come after it.
    await to.query('SET session_replication_role = replica');
    const { rows: tables } = await from.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_\\_drizzle%'",
    );
    for (const { name } of tables) {
      const { rows } = await from.query(`SELECT json_agg(${name})::text AS list FROM ${name}`);
      await to.query(`INSERT INTO ${name} SELECT * FROM json_populate_recordset(NULL::${name}, $1)`, [rows[0]?.list]);
    }
  } finally {
    await Promise.all([from.end(), to.end()]);
  }
  return copy;
}

async function newFile(): Promise<TestDatabase> {
  const database = fileIn(memoryFolder('database'));
  await migrate(database.url);
  return database;
}

function fileIn(folder: string): TestDatabase {
  return { url: `file:${join(folder, 'test.db')}`, close: async () => rmSync(folder, { recursive: true }) };
}
