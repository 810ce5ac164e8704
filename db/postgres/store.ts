import { type MigrationSet, readMigrations } from '#db/queries/migration-files.ts';
import { queries } from '#db/queries/queries.ts';
import { type Store, StoreUnavailable } from '#db/store/store.ts';
import { databaseWaitSeconds } from '#lib/core/policy.ts';
import { databaseClock } from './clock.ts';
import { postgresExecutor } from './executor.ts';
import { isMigrated } from './migrate.ts';
import { type Connection, postgresPool } from './pool.ts';

/** Interval of asking the database for its time. Two quartz clocks drift apart by some milliseconds in it. */
const syncSeconds = 60;

/**
 * Opens the store in a PostgreSQL database, on at most `connections` connections, and asks it for the time. A call
 * waits for `waitSeconds` at most. Throws `StoreUnavailable` if the server cannot be reached.
 */
export async function openPostgresStore(
  url: string,
  connections: number,
  waitSeconds: number = databaseWaitSeconds,
): Promise<Store> {
  const pool = postgresPool(url, { connections, waitSeconds });
  const clock = databaseClock(() => pool.use(timeOf));
  try {
    await clock.sync();
  } catch (error) {
    await pool.close();
    throw error;
  }
  // If it fails, the next round tries again.
  const timer = setInterval(() => void clock.sync().catch(() => {}), syncSeconds * 1000).unref();
  let sets: MigrationSet[] | undefined;
  return {
    ...queries(postgresExecutor(pool)),

    clock: clock.now,

    async check() {
      sets ??= readMigrations('postgres');
      const expected = sets;
      const isReady = await pool.use((connection) => isMigrated(connection, expected)).catch(() => false);
      if (!isReady) throw new StoreUnavailable();
    },

    async close() {
      clearInterval(timer);
      await pool.close();
    },
  };
}

/** Asks for the time of this moment, in milliseconds since 1970. `now()` would be that of the transaction's start. */
async function timeOf({ client }: Connection): Promise<number> {
  const { rows } = await client.query<{ ms: string }>('SELECT extract(epoch from clock_timestamp()) * 1000 AS ms');
  return Number(rows[0]?.ms);
}
