import { rmSync } from 'node:fs';
import { sqliteExecutor } from '#db/sqlite/executor.ts';
import { sqliteFile } from '#db/sqlite/file.ts';
import { openSqliteStore } from '#db/sqlite/store.ts';
import { askedStepContract } from './asked-steps.contract.ts';
import { batchContract } from './batches.contract.ts';
import { secondStepContract } from './second-steps.contract.ts';
import { migratedFile } from './sqlite-files.ts';
import { storeContract } from './store.contract.ts';

storeContract('SQLite', async () => {
  const { path, folder } = await migratedFile();
  const store = openSqliteStore(path);
  return {
    store,
    async close() {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
});

batchContract('SQLite', async () => {
  const { path, folder } = await migratedFile();
  const file = sqliteFile(path, 0);
  return {
    executor: sqliteExecutor(file),
    async close() {
      file.close();
      rmSync(folder, { recursive: true });
    },
  };
});

for (const contract of [secondStepContract, askedStepContract])
  contract('SQLite', async () => {
    const { path, folder } = await migratedFile();
    const files = [sqliteFile(path, 5), sqliteFile(path, 5)] as const;
    return {
      executors: [sqliteExecutor(files[0]), sqliteExecutor(files[1])],
      async close() {
        for (const file of files) file.close();
        rmSync(folder, { recursive: true });
      },
    };
  });
