/** The only door to storage from outside: it knows which dialects there are, and loads only the one that is asked for. */
import { fileURLToPath } from 'node:url';
import type { Store } from '#db/store/store.ts';

/**
 * The store at `databaseUrl`: `file:./relative/path`, `file:///absolute/path` or `postgres://…`. A file is opened at its first
 * use, so a disk that is away now may come back; `check()` tells whether it is there and migrated. `connections` is how many
 * PostgreSQL may be asked for at once.
 */
export async function openStore(databaseUrl: string, connections = 4): Promise<Store> {
  if (isPostgres(databaseUrl)) {
    const { openPostgresStore } = await import('#db/postgres/store.ts');
    return openPostgresStore(databaseUrl, connections);
  }
  const { openSqliteStore } = await import('#db/sqlite/store.ts');
  return openSqliteStore(sqlitePath(databaseUrl));
}

/** Applies the migrations that the database lacks and tells how many. Safe while other processes do the same. */
export async function migrate(databaseUrl: string): Promise<number> {
  if (isPostgres(databaseUrl)) {
    const { migratePostgres } = await import('#db/postgres/migrate.ts');
    return migratePostgres(databaseUrl);
  }
  const { migrateSqlite } = await import('#db/sqlite/migrate.ts');
  return migrateSqlite(sqlitePath(databaseUrl));
}

/** Writes a whole copy of a SQLite file into a new one, while others go on using it. Throws where `file` is there already. */
export async function backup(databaseUrl: string, file: string): Promise<void> {
  if (isPostgres(databaseUrl))
    throw new Error('This copies a SQLite file. For PostgreSQL there is pg_dump: docs/deploy.md.');
  const { backupSqlite } = await import('#db/sqlite/backup.ts');
  return backupSqlite(sqlitePath(databaseUrl), file);
}

function isPostgres(databaseUrl: string): boolean {
  return /^postgres(ql)?:/.test(databaseUrl);
}

/** Says nothing of the URL itself: it may hold a password. */
function sqlitePath(databaseUrl: string): string {
  if (!databaseUrl.startsWith('file:')) {
    throw new Error('DATABASE_URL must begin with "file:" (SQLite) or "postgres:" (PostgreSQL).');
  }
  const path = databaseUrl.startsWith('file://') ? fileURLToPath(databaseUrl) : databaseUrl.slice('file:'.length);
  if (path === '') throw new Error('DATABASE_URL must name a file, like "file:./data/latchkey.db".');
  return path;
}
