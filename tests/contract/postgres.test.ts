import { openStore } from '#db/index.ts';
import { postgresExecutor } from '#db/postgres/executor.ts';
import { postgresPool } from '#db/postgres/pool.ts';
import { newPostgres } from '#tests/support/database.ts';
import { askedStepContract } from './asked-steps.contract.ts';
import { batchContract } from './batches.contract.ts';
import { secondStepContract } from './second-steps.contract.ts';
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

batchContract('PostgreSQL', async () => {
  const database = await newPostgres();
  const pool = postgresPool(database.url, { connections: 2, waitSeconds: 5 });
  return {
    executor: postgresExecutor(pool),
    async close() {
      await pool.close();
      await database.close();
    },
  };
});

for (const contract of [secondStepContract, askedStepContract])
  contract('PostgreSQL', async () => {
    const database = await newPostgres();
    const pools = [0, 1].map(() => postgresPool(database.url, { connections: 5, waitSeconds: 5 }));
    const [first, second] = pools.map(postgresExecutor);
    if (!first || !second) throw new Error('There are no two pools.');
    return {
      executors: [first, second],
      async close() {
        for (const pool of pools) await pool.close();
        await database.close();
      },
    };
  });
