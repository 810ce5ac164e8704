import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { codeOf, DatabaseError } from '#db/queries/errors.ts';
import { createFile } from './file.ts';

/** All pages in one step, from one snapshot: in several, each write of another process would begin the copy anew. */
const allPages = 2 ** 31 - 1;

/** SQLite's online backup: a whole copy of what was committed when it began. Writers are not held up. */
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
