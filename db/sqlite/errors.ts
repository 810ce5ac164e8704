import Database from 'better-sqlite3';

/** `busy`: somebody holds the lock, try again soon. `away`: the file or disk has to recover. `other`: a defect. */
type Fault = 'busy' | 'away' | 'other';

const faults: ReadonlyMap<string, Fault> = new Map([
  ['BUSY', 'busy'],
  ['LOCKED', 'busy'],
  ['PROTOCOL', 'busy'],
  ['FULL', 'away'],
  ['READONLY', 'away'],
  ['IOERR', 'away'],
  ['CANTOPEN', 'away'],
  ['PERM', 'away'],
]);

/** Extended codes begin with the primary one: SQLITE_IOERR_WRITE is an IOERR. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Database.SqliteError) return faults.get(error.code.split('_')[1] ?? '') ?? 'other';
  const isFromFileSystem = error instanceof Error && 'syscall' in error;
  return isFromFileSystem ? 'away' : 'other';
}
