/** The two databases of this suite, and the populations in them: one for each size. */
import { once } from 'node:events';
import { createReadStream, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
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
  /** Creates and migrates a database, fills it by `statements`, and updates the statistics of its query planner. */
  create(name: string, statements: string[]): Promise<Place>;
  /** Reads all files of the database once, so that the system has them in memory, whatever their size. */
  warm(): Promise<void>;
  /** Closes the database and deletes its files. */
  close(): Promise<void>;
}

/** A filled database, for the app to open. */
export interface Place {
  url: string;
  /** Returns the size of all sessions in bytes, indexes included. */
  sessionBytes(): Promise<number>;
}

/** Opens a database. On PostgreSQL a commit waits for the disk only with `isDurable`; on SQLite it always does. */
export function openDatabase(name: DatabaseName, { isDurable = false } = {}): Promise<Database> {
  return name === 'sqlite' ? openSqlite() : openPostgres(isDurable);
}

async function openSqlite(): Promise<Database> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-growth-'));
  return {
    title: 'SQLite',
    words: sqliteWords,
    async create(name, statements) {
      const file = join(folder, `${name}.db`);
      await migrate(`file:${file}`);
      await once(new Worker(new URL('fill-sqlite.ts', import.meta.url), { workerData: { file, statements } }), 'exit');
      return sqlitePlace(file);
    },
    warm: () => readAll(folder),
    close: async () => rmSync(folder, { recursive: true }),
  };
}

function sqlitePlace(file: string): Place {
  const ofSessions = "SELECT name FROM sqlite_schema WHERE tbl_name = 'sessions'";
  return {
    url: `file:${file}`,
    async sessionBytes() {
      const client = new Sqlite(file, { readonly: true });
      const bytes = client.prepare(`SELECT sum(pgsize) FROM dbstat WHERE name IN (${ofSessions})`).pluck().get();
      client.close();
      return Number(bytes);
    },
  };
}

/** Settings of a small server. The defaults are for a tiny one, and take long to fill. */
export const postgresSettings = { shared_buffers: '1GB', max_wal_size: '4GB' };

async function openPostgres(isDurable: boolean): Promise<Database> {
  const server = await startPostgres({ isDurable });
  for (const [setting, value] of Object.entries(postgresSettings))
    await query(server.urlOf('postgres'), [`ALTER SYSTEM SET ${setting} = '${value}'`]);
  await server.restart();
  return {
    title: 'PostgreSQL',
    words: postgresWords,
    async create(name, statements) {
      const url = server.urlOf(name);
      await query(server.urlOf('postgres'), [`CREATE DATABASE ${name}`]);
      await migrate(url);
      // As a replica, the server does not look up the row that each new row refers to.
      await query(url, ['SET session_replication_role = replica', ...statements, 'VACUUM ANALYZE', 'CHECKPOINT']);
      return postgresPlace(url);
    },
    async warm() {
      const [row] = await query(server.urlOf('postgres'), ['SHOW data_directory']);
      await readAll(join(String(row?.data_directory), 'base'));
    },
    close: () => server.stop(),
  };
}

function postgresPlace(url: string): Place {
  return {
    url,
    async sessionBytes() {
      const [row] = await query(url, ["SELECT pg_total_relation_size('sessions') AS bytes"]);
      return Number(row?.bytes);
    },
  };
}

async function readAll(folder: string): Promise<void> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) await readThrough(join(entry.parentPath, entry.name));
}

/** Reads a file to its end. Ignores one that the server deletes meanwhile. */
async function readThrough(file: string): Promise<void> {
  try {
    for await (const _ of createReadStream(file));
  } catch (error) {
    if (existsSync(file)) throw error;
  }
}

/** Runs statements one after the other on one connection. Returns the rows of the last. */
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
