import { rmSync } from 'node:fs';
import { openSqliteStore } from '#db/sqlite/store.ts';
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
