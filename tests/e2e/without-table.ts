import Database from 'better-sqlite3';
import type { RunningServer } from '#tests/support/server.ts';

/** Does the work while a table of the server's database is not there, so that whoever asks for it meets a fault. */
export async function withoutTable<T>(
  { databaseUrl }: Pick<RunningServer, 'databaseUrl'>,
  table: 'events' | 'users',
  work: () => Promise<T>,
): Promise<T> {
  const database = new Database(databaseUrl.replace('file:', ''));
  database.exec(`ALTER TABLE ${table} RENAME TO ${table}_elsewhere`);
  try {
    return await work();
  } finally {
    database.exec(`ALTER TABLE ${table}_elsewhere RENAME TO ${table}`);
    database.close();
  }
}
