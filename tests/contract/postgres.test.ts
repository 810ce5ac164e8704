import { openStore } from '#db/index.ts';
import { newPostgres } from '#tests/support/database.ts';
import { storeContract } from './store.contract.ts';

storeContract('PostgreSQL', async () => {
  const database = await newPostgres();
  const store = await openStore(database.url, 10);
  return {
    store,
    async close() {
      await store.close();
      await database.close();
    },
  };
});
