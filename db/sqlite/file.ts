import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { codeOf, DatabaseError, MigrationStopped } from '#db/queries/errors.ts';
import type { Db } from '#db/queries/executor.ts';
import { StoreUnavailable } from '#db/store/store.ts';
import { faultOf } from './errors.ts';

/**
 * Sets how long SQLite itself waits for a lock, in milliseconds: not at all, since better-sqlite3 stops the event loop
 * while it waits. With as little as 20 ms a try, fifty writers that wait for one lock stop everything else. `use` waits
 * asynchronously instead, between tries.
 */
const busyTimeoutMs = 0;

/** An open file, and drizzle on top of it. */
export interface Connection {
  sqlite: Database.Database;
  db: Db;
}

/** A SQLite database file. */
export interface SqliteFile {
  /**
   * Runs `work` on the open file, and runs it again while others hold the lock. `work` must do all of its writes or
   * none. Throws `StoreUnavailable` if the file stays locked or cannot be used, `DatabaseError` for anything else.
   */
  use<T>(work: (connection: Connection) => T): Promise<T>;
  /** Closes the file. `use` then throws `StoreUnavailable`. */
  close(): void;
}

/**
 * Makes a `SqliteFile` for `path`. The file is opened at its first use, and again after a fault of the disk, so that it
 * recovers by itself. A locked file is waited for `waitSeconds`. A missing file is created only with `mayCreate`: a
 * disk that was not mounted for a while must not come back as an empty database. There is nothing to recover then, so a
 * file that cannot be used is a `DatabaseError`.
 */
export function sqliteFile(path: string, waitSeconds: number, { mayCreate = false } = {}): SqliteFile {
  let connection: Connection | null = null;
  let isClosed = false;

  function close() {
    connection?.sqlite.close();
    connection = null;
  }

  async function use<T>(work: (connection: Connection) => T): Promise<T> {
    const deadline = performance.now() + waitSeconds * 1000;
    for (;;) {
      if (isClosed) throw new StoreUnavailable();
      try {
        connection ??= open(path, mayCreate);
        return work(connection);
      } catch (error) {
        if (error instanceof StoreUnavailable || error instanceof MigrationStopped) throw error;
        const fault = faultOf(error);
        if (fault === 'unavailable') close();
        if (fault === 'other' || (fault === 'unavailable' && mayCreate)) throw new DatabaseError(codeOf(error));
        if (fault === 'unavailable' || performance.now() >= deadline) throw new StoreUnavailable(codeOf(error));
      }
      await delay(5 + Math.random() * 20);
    }
  }

  return {
    use,
    close() {
      isClosed = true;
      close();
    },
  };
}

/**
 * Plans each statement once. SQLite, as better-sqlite3 builds it, plans a join or a subquery again whenever a value in
 * it is bound, to fit the plan to the value. That takes three quarters of the time of such a read. Behind a plus sign,
 * which changes nothing else, SQLite does not look at the value.
 */
class PlannedOnce extends Database {
  override prepare<Values extends NonNullable<unknown> = unknown[], Row = unknown>(source: string) {
    return super.prepare<Values, Row>(source.replace(textOrParameter, (found) => (found === '?' ? '+?' : found)));
  }
}
const textOrParameter = /'[^']*'|"[^"]*"|\?/g;

function open(path: string, mayCreate: boolean): Connection {
  if (!existsSync(path)) {
    if (!mayCreate) throw new StoreUnavailable();
    createFile(path);
  }
  const sqlite = new PlannedOnce(path, { timeout: busyTimeoutMs, fileMustExist: true });
  try {
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    return { sqlite, db: drizzle(sqlite, { casing: 'snake_case' }) };
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/**
 * Creates an empty file, readable by its owner only; SQLite would let everyone read it. SQLite gives the WAL the same mode.
 */
export function createFile(path: string): void {
  createFolder(dirname(path));
  closeSync(openSync(path, 'a', 0o600));
}

/**
 * Creates a folder and those above it. Not by `recursive`: Node never comes back from a path whose folder is there and
 * says ENOENT, as below `/proc`.
 */
function createFolder(path: string): void {
  if (existsSync(path)) return;
  createFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster.
    if (!existsSync(path)) throw error;
  }
}
