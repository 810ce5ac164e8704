/**
 * What the use cases may ask of storage. Each method is atomic: one statement, or one short transaction, committed before
 * it answers. Times are `Date`s, but for those that rotation reads, which are milliseconds; ids are UUIDs that the caller made.
 * Nothing here knows HTTP or a dialect.
 *
 * Every method throws `StoreUnavailable` when the database stayed busy or away for `databaseWaitSeconds`, and nothing of the
 * write is then visible. Where a connection was cut in the middle of a write nobody knows: the store does not try again by
 * itself, and its caller reads before it does. No error carries a query or its parameters.
 */
import { isNamed } from '#lib/core/errors.ts';
import type { AccountStore } from './accounts.ts';
import type { ActivityStore } from './activity.ts';
import type { LimitStore } from './limits.ts';
import type { OneTimeLinkStore } from './one-time-links.ts';
import type { PasswordStore } from './passwords.ts';
import type { PurgeStore } from './purge.ts';
import type { SessionStore } from './sessions.ts';
import type { TaskStore } from './tasks.ts'; // tasks

/** Says that the database could not answer in time; the caller may try again. `code` is what it said, or the system. */
export class StoreUnavailable extends Error {
  constructor(code?: string) {
    super(`The database is busy or away${code ? ` (${code})` : ''}.`);
    this.name = 'StoreUnavailable';
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isNamed(value, 'StoreUnavailable');
  }
}

/** What every feature asks of storage. */
export type Queries = AccountStore &
  TaskStore & // tasks
  PasswordStore &
  OneTimeLinkStore &
  SessionStore &
  ActivityStore &
  LimitStore &
  PurgeStore;

export interface Store extends Queries {
  /** Tells the time that everyone on this database goes by. It may step back; what a row remembers does not. */
  clock(): Date;

  /** Resolves when the database answers and carries the newest migrations; throws `StoreUnavailable` otherwise. */
  check(): Promise<void>;
  close(): Promise<void>;
}
