/** Makes better-auth's tables in the file that DATABASE_URL names. */
import { getMigrations } from 'better-auth/db/migration';
import { openDatabase } from './database.ts';

const database = openDatabase(process.env.DATABASE_URL ?? '');
const { runMigrations } = await getMigrations({ database, emailAndPassword: { enabled: true } });
await runMigrations();
database.close();
