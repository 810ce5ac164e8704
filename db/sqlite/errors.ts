import Database from 'better-sqlite3';

/**
 * `busy`: another connection holds the lock, so trying again soon helps. `unavailable`: the file or its disk has to
 * recover. `other`: trying again does not help.
 */
type Fault = 'busy' | 'unavailable' | 'other';

/** Faults by SQLite's primary result code, without `SQLITE_`. Every other code is `other`. */
const faults: ReadonlyMap<string, Fault> = new Map([
  ['BUSY', 'busy'],
  ['LOCKED', 'busy'],
  ['PROTOCOL', 'busy'],
  ['FULL', 'unavailable'],
  ['READONLY', 'unavailable'],
  ['IOERR', 'unavailable'],
  ['CANTOPEN', 'unavailable'],
  ['PERM', 'unavailable'],
]);

/** Classifies what SQLite or the file system throws. */
export function faultOf(error: unknown): Fault {
  // An extended code begins with the primary one: SQLITE_IOERR_WRITE is an IOERR.
  if (error instanceof Database.SqliteError) return faults.get(error.code.split('_')[1] ?? '') ?? 'other';
  const isFromFileSystem = error instanceof Error && 'syscall' in error;
  return isFromFileSystem ? 'unavailable' : 'other';
}
