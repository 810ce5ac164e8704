import { newestOf, readMigrations } from '#db/queries/migration-files.ts';
import { queries } from '#db/queries/queries.ts';
import { type Store, StoreUnavailable } from '#db/store.ts';
import { databaseWaitSeconds } from '#lib/core/policy.ts';
import { sqliteClient } from './client.ts';
import { sqliteExecutor } from './executor.ts';
import { appliedUpTo } from './migrate.ts';

/** The store in a SQLite file. `waitSeconds` is how long a locked file is waited for. */
export function openSqliteStore(path: string, waitSeconds: number = databaseWaitSeconds): Store {
  const client = sqliteClient(path, waitSeconds);
  let newest: number | undefined;
  return {
    ...queries(sqliteExecutor(client)),

    clock: () => new Date(),

    async check() {
      newest ??= newestOf(readMigrations('sqlite'));
      const applied = await client.use(appliedUpTo).catch(() => null);
      if (applied === null || applied < newest) throw new StoreUnavailable();
    },

    async close() {
      client.close();
    },
  };
}
