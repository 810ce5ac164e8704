import { setTimeout as delay } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { codeOf, DatabaseError } from '#db/queries/errors.ts';
import type { Db } from '#db/queries/executor.ts';
import { StoreUnavailable } from '#db/store/store.ts';
import { causeOf, connectFaultOf, type Fault, faultOf } from './errors.ts';

export interface Connection {
  client: pg.PoolClient;
  db: Db;
}

export interface Pool {
  /** Runs `work` on a connection of its own. `work` must be all or nothing: it may be run again where nothing came of it. */
  use<T>(work: (connection: Connection) => PromiseLike<T>): Promise<T>;
  close(): Promise<void>;
}

export interface PoolLimits {
  /** How many connections may be open at once. */
  connections: number;
  /** How long a call may take: half of it to get a connection, half to use it. */
  waitSeconds: number;
  /** For work that takes longer than that. */
  workSeconds?: number;
}

/**
 * Connections to a server, opened when they are needed and replaced when they were cut. Past a call's time its connection is
 * ended, and the server undoes what was under way. What it has undone or refused for others' sake is tried again.
 * Throws `StoreUnavailable` when the server stayed away or busy, `DatabaseError` for anything else.
 */
export function postgresPool(
  url: string,
  { connections, waitSeconds, workSeconds = waitSeconds / 2 }: PoolLimits,
): Pool {
  const connectMs = (waitSeconds * 1000) / 2;
  const workMs = workSeconds * 1000;
  const pool = new pg.Pool({
    connectionString: withFullTls(url),
    max: connections,
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    fallback_application_name: 'latchkey',
    // A little sooner than the connection is ended here: what the server gives up by itself is never half known.
    statement_timeout: workMs * 0.9,
    idle_in_transaction_session_timeout: workMs,
  });
  const known = new WeakMap<pg.PoolClient, Connection>();
  const cut = new WeakSet<pg.PoolClient>();
  // Without a listener, a connection that is cut while nobody uses it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', () => cut.add(client));
    known.set(client, { client, db: drizzle(client, { casing: 'snake_case' }) as unknown as Db });
  });
  let ended: Promise<void> | undefined;

  async function attempt<T>(work: (connection: Connection) => PromiseLike<T>, deadline: number): Promise<Attempt<T>> {
    let client: pg.PoolClient;
    try {
      client = await pool.connect();
    } catch (error) {
      return { fault: ended ? 'away' : connectFaultOf(error), error };
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
      // One that failed for no known reason is not trusted again either.
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
        if (fault === 'other') throw new DatabaseError(codeOf(error));
        if (fault === 'away' || performance.now() >= lastTry) throw new StoreUnavailable(codeOf(error));
        await delay(20 + Math.random() * 60);
      }
    },
    close() {
      ended ??= pool.end();
      return ended;
    },
  };
}

type Attempt<T> = { result: T } | { fault: Fault; error: unknown };

/** These check the certificate and the name today; the driver warns that the first two will not for ever. So it is said outright. */
function withFullTls(url: string): string {
  return url.replace(/([?&]sslmode=)(require|verify-ca)(?=&|$)/, '$1verify-full');
}
