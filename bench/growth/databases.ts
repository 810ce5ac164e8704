/** The two databases, each with as many places as there are sizes. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { migrate } from '../../db/index.ts';
import { startPostgres } from '../../tests/support/postgres-server.ts';
import { postgresWords, sqliteWords, type Words } from './seed.ts';

export const databaseNames = ['sqlite', 'postgres'] as const;
export type DatabaseName = (typeof databaseNames)[number];

export interface Database {
  title: string;
  words: Words;
  /** A migrated one, without rows. */
  create(name: string): Promise<Place>;
  /** Nothing of it is left. */
  close(): Promise<void>;
}

/** A database for the app, and a way past it. */
export interface Place {
  url: string;
  /** Faster and less durable than the app's own writes. Afterwards the planner knows what is there. */
  fill(statements: string[]): Promise<void>;
  /** What the sessions take, indexes included. */
  sessionBytes(): Promise<number>;
}

export function openDatabase(name: DatabaseName): Promise<Database> {
  return name === 'sqlite' ? openSqlite() : openPostgres();
}

async function openSqlite(): Promise<Database> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-growth-'));
  return {
    title: 'SQLite',
    words: sqliteWords,
    async create(name) {
      const file = join(folder, `${name}.db`);
      await migrate(`file:${file}`);
      return sqlitePlace(file);
    },
    close: async () => rmSync(folder, { recursive: true }),
  };
}

function sqlitePlace(file: string): Place {
  const ofSessions = "SELECT name FROM sqlite_schema WHERE tbl_name = 'sessions'";
  return {
    url: `file:${file}`,
    async fill(statements) {
      await once(new Worker(new URL('fill-sqlite.ts', import.meta.url), { workerData: { file, statements } }), 'exit');
    },
    async sessionBytes() {
      const client = new Sqlite(file, { readonly: true });
      const bytes = client.prepare(`SELECT sum(pgsize) FROM dbstat WHERE name IN (${ofSessions})`).pluck().get();
      client.close();
      return Number(bytes);
    },
  };
}

async function openPostgres(): Promise<Database> {
  const server = await startPostgres();
  return {
    title: 'PostgreSQL',
    words: postgresWords,
    async create(name) {
      await query(server.urlOf('postgres'), [`CREATE DATABASE ${name}`]);
      await migrate(server.urlOf(name));
      return postgresPlace(server.urlOf(name));
    },
    close: () => server.stop(),
  };
}

function postgresPlace(url: string): Place {
  return {
    url,
    async fill(statements) {
      // Without looking up whom each row refers to.
      await query(url, ['SET session_replication_role = replica', ...statements, 'VACUUM ANALYZE', 'CHECKPOINT']);
    },
    async sessionBytes() {
      const [row] = await query(url, ["SELECT pg_total_relation_size('sessions') AS bytes"]);
      return Number(row?.bytes);
    },
  };
}

/** One after the other on one connection; answers the last one's rows. */
async function query(url: string, statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}
