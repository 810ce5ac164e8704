import { join } from 'node:path';
import { migrateSqlite } from '#db/sqlite/migrate.ts';
import { memoryFolder } from '#tests/support/folders.ts';

/** A path for a database in a new folder; the caller removes the folder. */
export function emptyFolder() {
  const folder = memoryFolder('contract');
  return { folder, path: join(folder, 'data', 'latchkey.db') };
}

export async function migratedFile() {
  const file = emptyFolder();
  await migrateSqlite(file.path);
  return file;
}
