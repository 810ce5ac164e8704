/** `npm run migrate`: brings the database at DATABASE_URL up to date. Creates a SQLite file if there is none. */
import { migrate } from '#db/index.ts';
import { loadEnv } from './load-env.ts';

loadEnv();
try {
  const applied = await migrate(process.env.DATABASE_URL || 'file:./data/latchkey.db');
  console.log(
    applied === 0 ? 'The database is up to date.' : `Applied ${applied} migration${applied === 1 ? '' : 's'}.`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
