import type Database from 'better-sqlite3';
import { DatabaseError } from '#db/queries/errors.ts';
import { type MigrationSet, migrationsAfter, readMigrations } from '#db/queries/migration-files.ts';
import { databaseWaitSeconds } from '#lib/core/policy.ts';
import { type Connection, sqliteFile } from './file.ts';

/**
 * Applies what is missing, all or nothing, and tells how many that were. Another process may do the same at this
 * moment.
 */
export async function migrateSqlite(path: string, sets = readMigrations('sqlite')): Promise<number> {
  const file = sqliteFile(path, databaseWaitSeconds, { mayCreate: true });
  try {
    return await file.use(({ sqlite }) => {
      // Rebuilding a table would delete what refers to it; the references are checked before the commit instead.
      sqlite.pragma('foreign_keys = OFF');
      return sqlite.transaction(() => applyMissing(sqlite, sets)).immediate();
    });
  } finally {
    file.close();
  }
}

/** Whether a database has every migration. Throws where it was never migrated. */
export function isMigrated({ sqlite }: Pick<Connection, 'sqlite'>, sets: MigrationSet[]): boolean {
  return sets.every((set) => migrationsAfter(lastApplied(sqlite, set), set).length === 0);
}

/** Keeps drizzle's own table of migrations, but reads it under the write lock, which drizzle's migrator does not. */
function applyMissing(sqlite: Database.Database, sets: MigrationSet[]): number {
  let applied = 0;
  for (const set of sets) {
    sqlite.exec(
      `CREATE TABLE IF NOT EXISTS ${set.journal} (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, created_at NUMERIC)`,
    );
    const remember = sqlite.prepare(`INSERT INTO ${set.journal} (hash, created_at) VALUES (?, ?)`);
    for (const { sql, hash, folderMillis } of migrationsAfter(lastApplied(sqlite, set), set)) {
      for (const statement of sql) sqlite.exec(statement);
      remember.run(hash, folderMillis);
      applied += 1;
    }
  }
  if (sqlite.prepare('PRAGMA foreign_key_check').get() !== undefined) throw new DatabaseError('FOREIGN_KEY_CHECK');
  return applied;
}

/** When the newest migration of a set was made that this database has. */
function lastApplied(sqlite: Database.Database, { journal }: MigrationSet): number {
  return Number(sqlite.prepare(`SELECT max(created_at) FROM ${journal}`).pluck().get() ?? 0);
}
