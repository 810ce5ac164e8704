/**
 * Opens, migrates and copies databases. Code outside `db/` may import this file and the port in `db/store/`, nothing
 * else. Only the dialect that the URL asks for is loaded.
 */
import { fileURLToPath } from 'node:url';
import type { Store } from '#db/store/store.ts';

/**
 * Opens the store at `databaseUrl`: `file:./relative/path`, `file:///absolute/path` or `postgres://…`. A file is opened
 * at its first use, so it need not be there yet; `check()` tells whether it is there and migrated. PostgreSQL is asked
 * for the time right away, and is given at most `connections` connections; throws `StoreUnavailable` if it cannot be
 * reached.
 */
export async function openStore(databaseUrl: string, connections = 4): Promise<Store> {
  if (isPostgres(databaseUrl)) {
    const { openPostgresStore } = await import('#db/postgres/store.ts');
    return openPostgresStore(databaseUrl, connections);
  }
  const { openSqliteStore } = await import('#db/sqlite/store.ts');
  return openSqliteStore(sqlitePath(databaseUrl));
}

/** Applies the migrations that the database lacks. Returns how many. Safe while other processes do the same. */
export async function migrate(databaseUrl: string): Promise<number> {
  if (isPostgres(databaseUrl)) {
    const { migratePostgres } = await import('#db/postgres/migrate.ts');
    return migratePostgres(databaseUrl);
  }
  const { migrateSqlite } = await import('#db/sqlite/migrate.ts');
  return migrateSqlite(sqlitePath(databaseUrl));
}

/**
 * Copies a whole SQLite database into the new file `file`, while others go on using it. Throws if `file` exists,
 * or if the URL is PostgreSQL's.
 */
export async function backup(databaseUrl: string, file: string): Promise<void> {
  if (isPostgres(databaseUrl))
    throw new Error('This copies a SQLite file. For PostgreSQL there is pg_dump: docs/deploy.md.');
  const { backupSqlite } = await import('#db/sqlite/backup.ts');
  return backupSqlite(sqlitePath(databaseUrl), file);
}

function isPostgres(databaseUrl: string): boolean {
  return /^postgres(ql)?:/.test(databaseUrl);
}

/** Returns the path in a `file:` URL. Throws for any other, without repeating the URL: it may hold a password. */
function sqlitePath(databaseUrl: string): string {
  if (!databaseUrl.startsWith('file:')) {
    throw new Error('DATABASE_URL must begin with "file:" (SQLite) or "postgres:" (PostgreSQL).');
  }
  const path = databaseUrl.startsWith('file://') ? fileURLToPath(databaseUrl) : databaseUrl.slice('file:'.length);
  if (path === '') throw new Error('DATABASE_URL must name a file, like "file:./data/latchkey.db".');
  return path;
}
