/** The only door to storage from outside: it knows which dialects there are. */
import { fileURLToPath } from 'node:url';
import { backupSqlite } from './sqlite/backup.ts';
import { migrateSqlite } from './sqlite/migrate.ts';
import { openSqliteStore } from './sqlite/store.ts';
import type { Store } from './store.ts';

/**
 * The store at `databaseUrl`: `file:./relative/path` or `file:///absolute/path`. The file is opened at its first use, so a
 * disk that is away now may come back; `check()` tells whether it is there and migrated.
 */
export async function openStore(databaseUrl: string): Promise<Store> {
  return openSqliteStore(sqlitePath(databaseUrl));
}

/** Applies the migrations that the database lacks and tells how many. Safe while other processes do the same. */
export async function migrate(databaseUrl: string): Promise<number> {
  return migrateSqlite(sqlitePath(databaseUrl));
}

/** Writes a whole copy of the database into a new file, while others go on using it. Throws where `file` is there already. */
export async function backup(databaseUrl: string, file: string): Promise<void> {
  return backupSqlite(sqlitePath(databaseUrl), file);
}

/** Says nothing of the URL itself: it may hold a password. */
function sqlitePath(databaseUrl: string): string {
  if (!databaseUrl.startsWith('file:')) {
    throw new Error('DATABASE_URL must begin with "file:" (SQLite); other databases are not supported.');
  }
  const path = databaseUrl.startsWith('file://') ? fileURLToPath(databaseUrl) : databaseUrl.slice('file:'.length);
  if (path === '') throw new Error('DATABASE_URL must name a file, like "file:./data/latchkey.db".');
  return path;
}
