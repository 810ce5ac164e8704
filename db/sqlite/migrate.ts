import type Database from 'better-sqlite3';
import type { MigrationMeta } from 'drizzle-orm/migrator';
import { DatabaseError } from '#db/queries/errors.ts';
import { readMigrations } from '#db/queries/migration-files.ts';
import { databaseWaitSeconds } from '#lib/core/policy.ts';
import { type Connection, sqliteClient } from './client.ts';

/** Applies what is missing, all or nothing, and tells how many that were. Another process may do the same at this moment. */
export async function migrateSqlite(path: string, migrations = readMigrations('sqlite')): Promise<number> {
  const client = sqliteClient(path, databaseWaitSeconds, { mayCreate: true });
  try {
    return await client.use(({ client: sqlite }) => {
      // Rebuilding a table would delete what refers to it; the references are checked before the commit instead.
      sqlite.pragma('foreign_keys = OFF');
      return sqlite.transaction(() => applyMissing(sqlite, migrations)).immediate();
    });
  } finally {
    client.close();
  }
}

/** When the newest migration of this database was made. Throws when there was none. */
export function appliedUpTo({ client }: Pick<Connection, 'client'>): number {
  return Number(client.prepare('SELECT max(created_at) FROM __drizzle_migrations').pluck().get() ?? 0);
}

/** Keeps drizzle's own table of migrations, but reads it under the write lock, which drizzle's migrator does not. */
function applyMissing(client: Database.Database, migrations: MigrationMeta[]): number {
  client.exec(
    'CREATE TABLE IF NOT EXISTS __drizzle_migrations (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, created_at NUMERIC)',
  );
  const last = appliedUpTo({ client });
  const missing = migrations.filter(({ folderMillis }) => folderMillis > last);
  const remember = client.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)');
  for (const { sql, hash, folderMillis } of missing) {
    for (const statement of sql) client.exec(statement);
    remember.run(hash, folderMillis);
  }
  if (client.prepare('PRAGMA foreign_key_check').get() !== undefined) throw new DatabaseError('FOREIGN_KEY_CHECK');
  return missing.length;
}
