/** What is stored, as the use cases see it. Times are `Date`s, but for those that rotation reads, which are milliseconds. */
import type { EventType } from '#lib/core/contracts.ts';
import type { Session, SessionState } from '#lib/core/sessions/rotation.ts';
import type { TaskOrder } from '#lib/core/tasks/contract.ts';

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

/** The part of it that every request asks for. */
export interface Access {
  session: SessionState & Pick<SessionRow, 'id' | 'persistent'>;
  user: SessionWithUser['user'];
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

export interface PasswordReset {
  userId: string;
  /** SHA-256 of the link's secret. */
  tokenHash: string;
  expiresAt: Date;
}

/** What grows, and may be deleted when it is old: by when a session ended or would have, a window was over, a row was made. */
export const purgeKinds = [
  'ended_sessions',
  'expired_sessions',
  'rate_limits',
  'idempotency_keys',
  'events',
  'password_resets',
] as const;
export type PurgeKind = (typeof purgeKinds)[number];
