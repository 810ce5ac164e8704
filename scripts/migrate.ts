/** `npm run migrate`: brings the database at DATABASE_URL up to date. Creates a SQLite file if there is none. */
import { migrate } from '#db/index.ts';
import { onceThere } from '#lib/server/runtime/database-start.ts';
import { databaseEnv } from '#lib/server/runtime/env.ts';
import { endWith } from '#lib/server/runtime/start-problem.ts';
import { loadEnv } from './load-env.ts';
import { endOnSignal } from './signals.ts';

endOnSignal(143);
loadEnv();
try {
  const env = databaseEnv();
  const applied = await onceThere(env, () => migrate(env.DATABASE_URL));
  console.log(
    applied === 0 ? 'The database is up to date.' : `Applied ${applied} migration${applied === 1 ? '' : 's'}.`,
  );
} catch (error) {
  endWith(error);
}
