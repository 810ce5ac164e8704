import { DrizzleQueryError } from 'drizzle-orm';
import pg from 'pg';

/**
 * `busy`: nothing was done, so trying again soon helps. `unavailable`: the server has to recover; the work may have
 * been done or not. `other`: trying again does not help.
 */
export type Fault = 'busy' | 'unavailable' | 'other';

/** SQLSTATEs of work that the server undid in favour of others: serialization failure, deadlock, lock not available. */
const undone = new Set(['40001', '40P01', '55P03']);

/**
 * SQLSTATE classes of faults that pass: connection, resources (a full disk, too many connections), operator (shutdown,
 * cancel, time limit), system.
 */
const passing = new Set(['08', '53', '57', '58']);

/** SQLSTATE of a write to a primary that has become a standby. */
const readOnly = '25006';

/** SQLSTATE classes of refused connections, where waiting does not help: wrong password, no such database, no right. */
const refused = new Set(['28', '3D', '42']);

/** Classifies the error of a statement. `isCut` tells whether its connection is gone. */
export function faultOf(error: unknown, isCut: boolean): Fault {
  if (!(error instanceof pg.DatabaseError)) return isCut ? 'unavailable' : 'other';
  const code = error.code ?? '';
  if (undone.has(code)) return 'busy';
  return isCut || code === readOnly || passing.has(code.slice(0, 2)) ? 'unavailable' : 'other';
}

/** Classifies the error of opening a connection. Nothing was sent on it yet. */
export function connectFaultOf(error: unknown): Fault {
  if (error instanceof pg.DatabaseError) return refused.has((error.code ?? '').slice(0, 2)) ? 'other' : 'busy';
  // Errors of the operating system name their system call, or are several in one. The pool's time limits have no code;
  // an error about a certificate has one.
  const isOfSystem = error instanceof AggregateError || (error instanceof Error && 'syscall' in error);
  return !isOfSystem && error instanceof Error && 'code' in error ? 'other' : 'busy';
}

/** Returns the driver's error from the one that drizzle wraps it in, which quotes the statement. */
export function causeOf(error: unknown): unknown {
  return error instanceof DrizzleQueryError ? error.cause : error;
}
