import { type MigrationSet, readMigrations } from '#db/queries/migration-files.ts';
import { queries } from '#db/queries/queries.ts';
import { type Store, StoreUnavailable } from '#db/store/store.ts';
import { databaseWaitSeconds } from '#lib/core/policy.ts';
import { sqliteExecutor } from './executor.ts';
import { sqliteFile } from './file.ts';
import { isMigrated } from './migrate.ts';

/** Makes the store on a SQLite file, which is opened at its first use. A locked file is waited for `waitSeconds`. */
export function openSqliteStore(path: string, waitSeconds: number = databaseWaitSeconds): Store {
  const file = sqliteFile(path, waitSeconds);
  let sets: MigrationSet[] | undefined;
  return {
    ...queries(sqliteExecutor(file)),

    clock: () => new Date(),

    async check() {
      sets ??= readMigrations('sqlite');
      const expected = sets;
      const isReady = await file.use((connection) => isMigrated(connection, expected)).catch(() => false);
      if (!isReady) throw new StoreUnavailable();
    },

    async close() {
      file.close();
    },
  };
}
