import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { codeOf, DatabaseError } from '#db/queries/errors.ts';
import type { Db } from '#db/queries/executor.ts';
import { StoreUnavailable } from '#db/store/store.ts';
import { faultOf } from './errors.ts';

/**
 * better-sqlite3 waits with the event loop stopped, so SQLite itself must not wait at all: with as little as 20 ms a try, fifty
 * writers that wait for one lock stop everything else. Waiting is done asynchronously, between tries.
 */
const busyTimeoutMs = 0;

export interface Connection {
  sqlite: Database.Database;
  db: Db;
}

export interface SqliteFile {
  /** Runs `work` on the open file, again and again while others hold its lock. `work` must be all or nothing. */
  use<T>(work: (connection: Connection) => T): Promise<T>;
  close(): void;
}

/**
 * A database file, opened at its first use and opened anew after a fault of the disk, so that it recovers by itself.
 * Only with `mayCreate` is a file made that is not there: a disk that went away must not come back as an empty database.
 * Throws `StoreUnavailable` when it stayed locked for `waitSeconds` or cannot be used, `DatabaseError` for anything else.
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
        if (error instanceof StoreUnavailable) throw error;
        const fault = faultOf(error);
        if (fault === 'other') throw new DatabaseError(codeOf(error));
        if (fault === 'away') close();
        if (fault === 'away' || performance.now() >= deadline) throw new StoreUnavailable();
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
 * Plans each statement once. SQLite, as it is built here, plans a join or a subquery anew whenever a value in it is bound, to fit
 * the plan to the value: three quarters of the time that such a read takes. Behind a plus sign, which changes nothing else, it does
 * not look at the value.
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

/** For its owner alone: SQLite would make it readable for everyone. It gives its WAL the same mode. */
export function createFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
}
