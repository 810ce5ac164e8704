/** `node scripts/migrate.ts`: brings the database at DATABASE_URL up to date. */
import { migrate } from '#db/index.ts';
import { loadEnv } from './load-env.ts';

loadEnv();
const applied = await migrate(process.env.DATABASE_URL ?? 'file:./data/latchkey.db');
console.log(applied === 0 ? 'The database is up to date.' : `Applied ${applied} migration${applied === 1 ? '' : 's'}.`);
