/**
 * What the use cases may ask of storage. Each method is atomic: one statement, or one short transaction, committed before
 * it answers. Times are `Date`s; ids are UUIDs that the caller made. Nothing here knows HTTP or a dialect.
 *
 * Every method throws `StoreUnavailable` when the database stayed busy or away for `databaseWaitSeconds`, and nothing of the
 * write is then visible. No error carries a query or its parameters.
 */
import type { EventType } from '#lib/core/contracts.ts';
import type { Advance, Session } from '#lib/core/rotation.ts';
import type { TaskOrder } from '#lib/core/task-contracts.ts';

/** The database could not answer in time; the caller may try again. */
export class StoreUnavailable extends Error {
  constructor() {
    super('The database is busy or away.');
    this.name = 'StoreUnavailable';
  }
}

export interface UserRow {
  id: string;
  email: string;
  name: string | null;
  passwordHash: string;
  /** Raised by "sign out everywhere" and a password change; sessions that began under an older one are over. */
  epoch: number;
  createdAt: Date;
}

export const endReasons = [
  'signed_out',
  'signed_out_everywhere',
  'ended_elsewhere',
  'replaced',
  'password_changed',
  'reuse',
  'rollback',
] as const;
export type EndReason = (typeof endReasons)[number];

/** A session row: what rotation reads (times in ms), and what is around it. */
export interface SessionRow extends Session {
  id: string;
  userId: string;
  /** 32 random bytes: with the key, it makes this session's tokens. */
  seed: Uint8Array;
  /** Fingerprint of the key that the head's token is written with. */
  headKid: string;
  /** Raised by every write; the compare-and-set's guard. */
  version: number;
  /** "Remember me": the cookies get a Max-Age. */
  persistent: boolean;
  createdAt: Date;
  lastUsedAt: Date;
  endReason: EndReason | null;
  /** Advances within the window that began at `rateStartedAt`; bounds refreshes per session without a second write. */
  rateStartedAt: number;
  rateCount: number;
  userAgent: string | null;
  ip: string | null;
}

export type NewSession = Pick<
  SessionRow,
  | 'id'
  | 'userId'
  | 'seed'
  | 'headKid'
  | 'persistent'
  | 'appEpoch'
  | 'idleExpiresAt'
  | 'expiresAt'
  | 'createdAt'
  | 'userAgent'
  | 'ip'
>;

/** A session together with its user, from one indexed read. */
export interface SessionWithUser {
  session: SessionRow;
  user: Omit<UserRow, 'passwordHash'>;
}

export interface NewEvent {
  id: string;
  userId: string;
  sessionId: string | null;
  type: EventType;
  at: Date;
  userAgent: string | null;
  /** Truncated: /24 of an IPv4 address, /48 of an IPv6 one. */
  ip: string | null;
}

/** What was true when the password was compared. A session is made only if it still is. */
export interface Credentials {
  passwordHash: string;
  epoch: number;
}

export interface TaskRow {
  id: string;
  userId: string;
  title: string;
  description: string;
  /** `YYYY-MM-DD`. */
  deadline: string | null;
  completed: boolean;
  createdAt: Date;
  updatedAt: Date;
}
export type TaskChanges = Partial<Pick<TaskRow, 'title' | 'description' | 'deadline' | 'completed'>>;

export interface Page {
  /** From 1. */
  page: number;
  size: number;
}

export interface TaskFilter extends Page {
  completed?: boolean | undefined;
  /** Stands in the title or the description, in any case. */
  search?: string | undefined;
  /** Newest first where nothing else is asked. */
  sort?: TaskOrder | undefined;
}

/** A remembered `Idempotency-Key`: `hash` covers method, path and body; keys made before `forgetBefore` count as unknown. */
export interface IdempotencyKey {
  key: string;
  hash: string;
  forgetBefore: Date;
}

export interface Store {
  /** Makes the user (epoch 0) and its first session (head 0), ends `endSessionId` as `replaced`, and logs, or does nothing. */
  register(input: {
    user: Omit<UserRow, 'epoch'>;
    session: NewSession;
    endSessionId: string | null;
    event: NewEvent;
  }): Promise<'registered' | 'email_taken'>;

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

  findSession(id: string): Promise<SessionWithUser | null>;

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

  recordEvent(event: NewEvent): Promise<void>;
  /** Newest first. */
  listEvents(userId: string, page: Page): Promise<{ items: NewEvent[]; total: number }>;

  /**
   * Counts one try against `key` in a fixed window and tells how many there were and when the window ends. One statement:
   * of any number of parallel tries, exactly `limit` see `count <= limit`.
   */
  hit(key: string, windowSeconds: number, now: Date): Promise<{ count: number; resetAt: Date }>;

  /** Resolves when the database answers and carries the newest migration; throws `StoreUnavailable` otherwise. */
  check(): Promise<void>;
  close(): Promise<void>;
}
