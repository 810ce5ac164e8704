import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { codeOf, DatabaseError } from '#db/queries/errors.ts';
import { createFile } from './file.ts';

/**
 * Copies all pages in one step, from one snapshot: between several steps, each write of another process would start the
 * copy over.
 */
const allPages = 2 ** 31 - 1;

/**
 * Copies everything that is committed in the database at `path` into the new file `file`, by SQLite's online backup.
 * Holds up no writer. Throws if `file` exists already or the database cannot be opened, and `DatabaseError` if copying
 * fails.
 */
export async function backupSqlite(path: string, file: string): Promise<void> {
  if (existsSync(file)) throw new Error(`${file} is there already. Name a new file.`);
  const source = new Database(path, { readonly: true, fileMustExist: true });
  try {
    createFile(file);
    await source.backup(file, { progress: () => allPages });
  } catch (error) {
    throw new DatabaseError(codeOf(error));
  } finally {
    source.close();
  }
}
