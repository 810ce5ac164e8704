import { setTimeout as delay } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { codeOf, DatabaseError, MigrationStopped } from '#db/queries/errors.ts';
import type { Db } from '#db/queries/executor.ts';
import { StoreUnavailable } from '#db/store/store.ts';
import { causeOf, connectFaultOf, type Fault, faultOf } from './errors.ts';

/** An open connection, and drizzle on top of it. */
export interface Connection {
  client: pg.PoolClient;
  db: Db;
}

/** Connections to one PostgreSQL database. */
export interface Pool {
  /**
   * Runs `work` on a connection of its own, and runs it again if the server has certainly done nothing of it. `work`
   * must do all of its writes or none. Throws `StoreUnavailable` if the server stays busy or cannot be reached,
   * `DatabaseError` for anything else.
   */
  use<T>(work: (connection: Connection) => PromiseLike<T>): Promise<T>;
  /** Closes the connections once they are free. `use` then throws `StoreUnavailable`. */
  close(): Promise<void>;
}

export interface PoolLimits {
  /** Number of connections that may be open at once. */
  connections: number;
  /** Time that a call may take: half of it to get a connection, tries included, and half to use it. */
  waitSeconds: number;
  /** Time to use a connection, if it is not half of `waitSeconds`. */
  workSeconds?: number;
}

type Attempt<T> = { result: T } | { fault: Fault; error: unknown };

/**
 * Makes a `Pool`. Connections are opened when they are needed and replaced when they are cut. When a call's time is up,
 * its connection is ended, and the server undoes what was under way.
 */
export function postgresPool(
  url: string,
  { connections, waitSeconds, workSeconds = waitSeconds / 2 }: PoolLimits,
): Pool {
  const connectMs = (waitSeconds * 1000) / 2;
  const workMs = workSeconds * 1000;
  const pool = pgPool(url, { connections, connectMs, workMs });
  const known = new WeakMap<pg.PoolClient, Connection>();
  const cut = new WeakSet<pg.PoolClient>();
  // Without a listener, a connection that is cut while nobody uses it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', () => cut.add(client));
    known.set(client, { client, db: drizzle(client, { casing: 'snake_case' }) as unknown as Db });
  });
  let closing: Promise<void> | undefined;

  async function attempt<T>(work: (connection: Connection) => PromiseLike<T>, deadline: number): Promise<Attempt<T>> {
    let client: pg.PoolClient;
    try {
      client = await pool.connect();
    } catch (error) {
      return { fault: closing ? 'unavailable' : connectFaultOf(error), error };
    }
    const connection = known.get(client);
    if (!connection) throw new Error('The pool gave a connection that it did not announce.');
    const timer = setTimeout(() => {
      cut.add(client);
      void client.end();
    }, deadline - performance.now());
    try {
      const result = await work(connection);
      client.release();
      return { result };
    } catch (error) {
      const fault = faultOf(causeOf(error), cut.has(client));
      // A connection that failed for no known reason is not trusted again either.
      client.release(fault !== 'busy');
      return { fault, error: causeOf(error) };
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async use(work) {
      const lastTry = performance.now() + connectMs;
      for (;;) {
        const outcome = await attempt(work, lastTry + workMs);
        if ('result' in outcome) return outcome.result;
        const { fault, error } = outcome;
        if (error instanceof MigrationStopped) throw error;
        if (fault === 'other') throw new DatabaseError(codeOf(error));
        if (fault === 'unavailable' || performance.now() >= lastTry) throw new StoreUnavailable(codeOf(error));
        await delay(20 + Math.random() * 60);
      }
    },
    close() {
      closing ??= pool.end();
      return closing;
    },
  };
}

interface PgPoolLimits {
  connections: number;
  connectMs: number;
  workMs: number;
}

/** Makes the driver's pool. */
function pgPool(url: string, { connections, connectMs, workMs }: PgPoolLimits): pg.Pool {
  return new pg.Pool({
    connectionString: withFullTls(url),
    max: connections,
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    fallback_application_name: 'latchkey',
    // A little less than the time after which the connection is ended here: if the server itself stops a statement, it
    // is certain that nothing was done.
    statement_timeout: workMs * 0.9,
    idle_in_transaction_session_timeout: workMs,
  });
}

/**
 * Replaces `sslmode=require` and `verify-ca` by `verify-full`. The driver checks certificate and name for all three
 * today, but warns that it will not always do so for the first two.
 */
function withFullTls(url: string): string {
  return url.replace(/([?&]sslmode=)(require|verify-ca)(?=&|$)/, '$1verify-full');
}
