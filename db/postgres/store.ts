import { newestOf, readMigrations } from '#db/queries/migration-files.ts';
import { queries } from '#db/queries/queries.ts';
import { type Store, StoreUnavailable } from '#db/store.ts';
import { databaseWaitSeconds } from '#lib/core/policy.ts';
import { type Connection, postgresClient } from './client.ts';
import { databaseClock } from './clock.ts';
import { postgresExecutor } from './executor.ts';
import { appliedUpTo } from './migrate.ts';

/** Two quartz clocks drift apart by some milliseconds in this time. */
const syncSeconds = 60;

/** The store in a PostgreSQL database, over at most so many `connections`. Throws `StoreUnavailable` where it is away just now. */
export async function openPostgresStore(
  url: string,
  connections: number,
  waitSeconds: number = databaseWaitSeconds,
): Promise<Store> {
  const client = postgresClient(url, { connections, waitSeconds });
  const clock = databaseClock(() => client.use(timeOf));
  try {
    await clock.sync();
  } catch (error) {
    await client.close();
    throw error;
  }
  // What fails is tried again in the next round.
  const timer = setInterval(() => void clock.sync().catch(() => {}), syncSeconds * 1000).unref();
  let newest: number | undefined;
  return {
    ...queries(postgresExecutor(client)),

    clock: clock.now,

    async check() {
      newest ??= newestOf(readMigrations('postgres'));
      const applied = await client.use(appliedUpTo).catch(() => null);
      if (applied === null || applied < newest) throw new StoreUnavailable();
    },

    async close() {
      clearInterval(timer);
      await client.close();
    },
  };
}

/** Of this moment; `now()` would be that of the transaction's start. */
async function timeOf({ client }: Connection): Promise<number> {
  const { rows } = await client.query<{ ms: string }>('SELECT extract(epoch from clock_timestamp()) * 1000 AS ms');
  return Number(rows[0]?.ms);
}
