import Database from 'better-sqlite3';

/** What went wrong, without SQLite's message: that may hold a statement's parameters. */
export class DatabaseError extends Error {
  /** SQLite's extended result code, or another error's code or class. */
  readonly code: string;

  constructor(code: string) {
    super(`The database failed: ${code}.`);
    this.name = 'DatabaseError';
    this.code = code;
  }
}

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

export function withoutMessage(error: unknown): DatabaseError {
  if (!(error instanceof Error)) return new DatabaseError(typeof error);
  return new DatabaseError('code' in error && typeof error.code === 'string' ? error.code : error.name);
}
