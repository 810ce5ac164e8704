import type Database from 'better-sqlite3';
import {
  type Account,
  accountsWithLetters,
  asciiDomainsMadeAt,
  requireNoMeeting,
  withAsciiDomains,
} from '#db/queries/ascii-domains.ts';
import { DatabaseError } from '#db/queries/errors.ts';
import { type MigrationSet, migrationsAfter, readMigrations } from '#db/queries/migration-files.ts';
import { databaseWaitSeconds } from '#lib/core/policy.ts';
import { type Connection, sqliteFile } from './file.ts';

/**
 * Applies the migrations that the file lacks, all of them or none, and creates the file if there is none. Returns how
 * many it applied. Another process may do the same at the same time.
 */
export async function migrateSqlite(path: string, sets = readMigrations('sqlite')): Promise<number> {
  const file = sqliteFile(path, databaseWaitSeconds, { mayCreate: true });
  try {
    return await file.use(({ sqlite }) => {
      // Rebuilding a table would delete the rows that refer to it. References are checked before the commit instead.
      sqlite.pragma('foreign_keys = OFF');
      return sqlite.transaction(() => applyMissing(sqlite, sets)).immediate();
    });
  } finally {
    file.close();
  }
}

/** Tells whether a database has every migration. Throws if it was never migrated. */
export function isMigrated({ sqlite }: Connection, sets: MigrationSet[]): boolean {
  return sets.every((set) => migrationsAfter(lastApplied(sqlite, set), set).length === 0);
}

/**
 * Applies the migrations that are missing in drizzle's own table of migrations. Reads that table under the write lock,
 * which drizzle's migrator does not. Returns how many it applied. Throws `DatabaseError` if a reference is broken.
 */
function applyMissing(sqlite: Database.Database, sets: MigrationSet[]): number {
  let applied = 0;
  for (const set of sets) {
    sqlite.exec(
      `CREATE TABLE IF NOT EXISTS ${set.journal} (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, created_at NUMERIC)`,
    );
    const remember = sqlite.prepare(`INSERT INTO ${set.journal} (hash, created_at) VALUES (?, ?)`);
    for (const { sql, hash, folderMillis } of migrationsAfter(lastApplied(sqlite, set), set)) {
      for (const statement of sql) sqlite.exec(statement);
      if (folderMillis === asciiDomainsMadeAt) toAsciiDomains(sqlite);
      remember.run(hash, folderMillis);
      applied += 1;
    }
  }
  if (sqlite.prepare('PRAGMA foreign_key_check').get() !== undefined) throw new DatabaseError('FOREIGN_KEY_CHECK');
  return applied;
}

/** Brings the domains of all addresses to ASCII. Throws `MigrationStopped` if two accounts would get one address. */
function toAsciiDomains(sqlite: Database.Database): void {
  const changed = withAsciiDomains(sqlite.prepare<[], Account>(accountsWithLetters).all());
  const emails = JSON.stringify(changed.map(({ email }) => email));
  const among = 'SELECT id, email FROM users WHERE email IN (SELECT value FROM json_each(?))';
  requireNoMeeting(changed, sqlite.prepare<[string], Account>(among).all(emails));
  const update = sqlite.prepare('UPDATE users SET email = ? WHERE id = ?');
  for (const { id, email } of changed) update.run(email, id);
}

/** Returns when the newest applied migration of a set was made, in milliseconds since 1970; 0 if there is none. */
function lastApplied(sqlite: Database.Database, { journal }: MigrationSet): number {
  return Number(sqlite.prepare(`SELECT max(created_at) FROM ${journal}`).pluck().get() ?? 0);
}
