/** `node scripts/migrate.ts`: brings the database at DATABASE_URL up to date. */
import { migrate } from '#db/index.ts';

const applied = await migrate(process.env.DATABASE_URL ?? 'file:./data/latchkey.db');
console.log(applied === 0 ? 'The database is up to date.' : `Applied ${applied} migration${applied === 1 ? '' : 's'}.`);
