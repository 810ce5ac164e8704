import { DrizzleQueryError } from 'drizzle-orm';
import pg from 'pg';

/**
 * `busy`: nothing was done, try again soon. `away`: the server has to recover; what was under way may have been done or not.
 * `other`: a defect.
 */
export type Fault = 'busy' | 'away' | 'other';

/** Undone by the server for the sake of others: serialization failure, deadlock, lock not available. */
const undone = new Set(['40001', '40P01', '55P03']);

/** By class: connection, resources (a full disk, too many connections), operator (shutdown, cancel, time limit), system. */
const passing = new Set(['08', '53', '57', '58']);

/** A primary that has become a standby. */
const readOnly = '25006';

/** Wrong password, no such database, no right to use it: waiting does not help. */
const refused = new Set(['28', '3D', '42']);

/** What a statement failed of. `isCut`: its connection is gone. */
export function faultOf(error: unknown, isCut: boolean): Fault {
  if (!(error instanceof pg.DatabaseError)) return isCut ? 'away' : 'other';
  const code = error.code ?? '';
  if (undone.has(code)) return 'busy';
  return isCut || code === readOnly || passing.has(code.slice(0, 2)) ? 'away' : 'other';
}

/** Why there is no connection. Nothing was sent on it yet. */
export function connectFaultOf(error: unknown): Fault {
  if (error instanceof pg.DatabaseError) return refused.has((error.code ?? '').slice(0, 2)) ? 'other' : 'busy';
  // The system's errors name their call, or are several in one; the pool's time limits have no code. A certificate's have one.
  const isOfSystem = error instanceof AggregateError || (error instanceof Error && 'syscall' in error);
  return !isOfSystem && error instanceof Error && 'code' in error ? 'other' : 'busy';
}

/** What drizzle has wrapped into an error that quotes the statement. */
export function causeOf(error: unknown): unknown {
  return error instanceof DrizzleQueryError ? error.cause : error;
}
