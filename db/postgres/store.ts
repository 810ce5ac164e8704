import { type MigrationSet, readMigrations } from '#db/queries/migration-files.ts';
import { queries } from '#db/queries/queries.ts';
import { type Store, StoreUnavailable } from '#db/store/store.ts';
import { databaseWaitSeconds } from '#lib/core/policy.ts';
import { databaseClock } from './clock.ts';
import { postgresExecutor } from './executor.ts';
import { isMigrated } from './migrate.ts';
import { type Connection, postgresPool } from './pool.ts';

/** Two quartz clocks drift apart by some milliseconds in this time. */
const syncSeconds = 60;

/** The store in a PostgreSQL database, over at most so many `connections`. Throws `StoreUnavailable` where it is away just now. */
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
  // What fails is tried again in the next round.
  const timer = setInterval(() => void clock.sync().catch(() => {}), syncSeconds * 1000).unref();
  let sets: MigrationSet[] | undefined;
  return {
    ...queries(postgresExecutor(pool)),

    clock: clock.now,

    async check() {
      sets ??= readMigrations('postgres');
      const all = sets;
      const isReady = await pool.use((connection) => isMigrated(connection, all)).catch(() => false);
      if (!isReady) throw new StoreUnavailable();
    },

    async close() {
      clearInterval(timer);
      await pool.close();
    },
  };
}

/** Of this moment; `now()` would be that of the transaction's start. */
async function timeOf({ client }: Connection): Promise<number> {
  const { rows } = await client.query<{ ms: string }>('SELECT extract(epoch from clock_timestamp()) * 1000 AS ms');
  return Number(rows[0]?.ms);
}
