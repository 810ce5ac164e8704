/**
 * What the use cases may ask of storage. Each method is atomic: one statement, or one short transaction, committed before
 * it answers. Times are `Date`s; ids are UUIDs that the caller made. Nothing here knows HTTP or a dialect.
 *
 * Every method throws `StoreUnavailable` when the database stayed busy or away for `databaseWaitSeconds`, and nothing of the
 * write is then visible. Where a connection was cut in the middle of a write nobody knows: the store does not try again by
 * itself, and its caller reads before it does. No error carries a query or its parameters.
 */
import { isNamed } from '#lib/core/errors.ts';
import type { Advance } from '#lib/core/sessions/rotation.ts';
import type {
  Access,
  Credentials,
  EndReason,
  IdempotencyKey,
  NewEvent,
  NewSession,
  Page,
  PasswordReset,
  PurgeKind,
  SessionRow,
  SessionWithUser,
  TaskChanges,
  TaskFilter,
  TaskRow,
  UserRow,
} from './rows.ts';

/** The database could not answer in time; the caller may try again. `code` is what it said, or the system. */
export class StoreUnavailable extends Error {
  constructor(code?: string) {
    super(`The database is busy or away${code ? ` (${code})` : ''}.`);
    this.name = 'StoreUnavailable';
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isNamed(value, 'StoreUnavailable');
  }
}

export interface Store {
  /** Makes the user (epoch 0) and its first session (head 0), ends `endSessionId` as `replaced`, and logs, or does nothing. */
  register(input: {
    user: Omit<UserRow, 'epoch'>;
    session: NewSession;
    endSessionId: string | null;
    event: NewEvent;
  }): Promise<'registered' | 'email_taken'>;

  /** Makes the user (epoch 0), signed in nowhere, and logs, or does nothing. For operators. */
  createUser(user: Omit<UserRow, 'epoch'>, event: NewEvent): Promise<'created' | 'email_taken'>;

  /** Deletes the user and all that is theirs. False when there is none. */
  deleteUser(id: string): Promise<boolean>;

  /** By the normalised address. */
  findUserByEmail(email: string): Promise<UserRow | null>;
  findUser(id: string): Promise<UserRow | null>;

  /** A new session, only while `credentials` stand; ends `endSessionId` (any user's) as `replaced`; logs. `stale`: nothing written. */
  signIn(input: {
    session: NewSession;
    credentials: Credentials;
    endSessionId: string | null;
    event: NewEvent;
  }): Promise<'signed_in' | 'stale'>;

  /** The same password, hashed anew at a higher cost. False when the hash changed meanwhile. */
  upgradePasswordHash(userId: string, from: string, to: string): Promise<boolean>;

  /**
   * New hash, epoch + 1, every session ended as `password_changed`, the new session made under the new epoch; or `stale`, when
   * the credentials changed or the session that asks, `askingSessionId`, was ended meanwhile.
   */
  changePassword(input: {
    askingSessionId: string;
    session: NewSession;
    credentials: Credentials;
    passwordHash: string;
    event: NewEvent;
  }): Promise<'changed' | 'stale'>;

  /** New hash, epoch + 1, every session ended as `password_changed`, no reset link left; logs. Without the old password: for operators. */
  setPassword(userId: string, passwordHash: string, event: NewEvent): Promise<void>;

  /** Remembers a one-time link by its secret's hash; the user's earlier one is void. */
  addPasswordReset(reset: PasswordReset): Promise<void>;

  /** Whose link it is, while it is neither used nor over. */
  findPasswordReset(tokenHash: string, now: Date): Promise<UserRow | null>;

  /** As `setPassword`, on the condition that the link is still there and not over: of any number of tries at once, one is `used`. */
  redeemPasswordReset(input: {
    tokenHash: string;
    userId: string;
    passwordHash: string;
    event: NewEvent;
  }): Promise<'used' | 'void'>;

  findSession(id: string): Promise<SessionWithUser | null>;

  /** The same with no more than an access check reads: each column costs on every request. */
  findAccess(id: string): Promise<Access | null>;

  /** Writes a rotation or replacement if the row is still at `version` and alive. False: read and decide again. */
  advance(
    id: string,
    version: number,
    next: Advance & Pick<SessionRow, 'headKid' | 'idleExpiresAt' | 'rateStartedAt' | 'rateCount'>,
  ): Promise<boolean>;

  /**
   * `confirmed_at = max(now, exchanged_at)` and the idle limit, if alive, `generation` is the head and it is not confirmed yet.
   * False: nothing was written, so read and decide again.
   */
  confirm(id: string, generation: number, now: Date, idleExpiresAt: Date): Promise<boolean>;

  /** Ends the session for theft or a rolled-back database, if the row is still at `version`, and logs. False: decide again. */
  endByVersion(id: string, version: number, reason: 'reuse' | 'rollback', event: NewEvent): Promise<boolean>;

  /** Ends a living session and logs, the event's user being the row's. True if it was alive. */
  endSession(id: string, reason: EndReason, event: Omit<NewEvent, 'userId' | 'sessionId'>): Promise<boolean>;

  /** The same, for one of the user's own. False when there is no such living session of that user. */
  endOwnSession(userId: string, id: string, event: NewEvent): Promise<boolean>;

  /** Raises the user's epoch and ends every session; with `exceptId` that one is lifted to the new epoch instead. Logs. */
  endAllSessions(userId: string, exceptId: string | null, event: NewEvent): Promise<void>;

  /** Living sessions, the most recently used first. */
  listSessions(userId: string, now: Date, appEpoch: number): Promise<SessionRow[]>;

  listTasks(userId: string, filter: TaskFilter): Promise<{ items: TaskRow[]; total: number }>;
  findTask(userId: string, id: string): Promise<TaskRow | null>;
  /**
   * Makes the task and remembers the key in one transaction. A key that is known with the same hash answers the task it made
   * (`replayed`, `task` null if it is gone since); with another hash, `key_reused`.
   */
  createTask(
    task: TaskRow,
    key: IdempotencyKey | null,
  ): Promise<{ kind: 'created'; task: TaskRow } | { kind: 'replayed'; task: TaskRow | null } | { kind: 'key_reused' }>;
  /** The task as it is after the change, or null when it is not this user's. */
  updateTask(userId: string, id: string, changes: TaskChanges, now: Date): Promise<TaskRow | null>;
  deleteTask(userId: string, id: string): Promise<boolean>;

  /** The log is only ever added to: no method changes an event. */
  recordEvent(event: NewEvent): Promise<void>;
  /** Whether the account of that address was signed in or made from `ip`, truncated as events keep it, after `since`. */
  hasSignedInFrom(email: string, ip: string, since: Date): Promise<boolean>;
  /** Newest first. */
  listEvents(userId: string, page: Page): Promise<{ items: NewEvent[]; total: number }>;

  /**
   * Counts one try against `key` in a fixed window and tells how many there were and when the window ends. One statement:
   * of any number of parallel tries, exactly `limit` see `count <= limit`.
   */
  hit(key: string, windowSeconds: number, now: Date): Promise<{ count: number; resetAt: Date }>;

  /** Sessions that are alive: all that neither ended nor reached a limit, of this epoch or a newer one. */
  countSessions(now: Date, appEpoch: number): Promise<number>;

  /** Deletes the oldest `limit` rows of a kind that are older than `before`, and tells how many. Short enough to hold up nobody. */
  purge(kind: PurgeKind, before: Date, limit: number): Promise<number>;

  /** The time that everyone on this database goes by. It may step back; what a row remembers does not. */
  clock(): Date;

  /** Resolves when the database answers and carries the newest migration; throws `StoreUnavailable` otherwise. */
  check(): Promise<void>;
  close(): Promise<void>;
}
