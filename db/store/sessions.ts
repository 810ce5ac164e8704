import type { Advance, Session, SessionState } from '#lib/core/sessions/rotation.ts';
import type { CredentialState, NewUser, UserRow } from './accounts.ts';
import type { SecurityEvent } from './activity.ts';

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

/** A session together with its user, from one indexed read. No password hash: nothing that reads a session may have it. */
export interface SessionWithUser {
  session: SessionRow;
  user: Pick<UserRow, 'id' | 'email' | 'name' | 'epoch' | 'createdAt'>;
}

/** The part of a session and its user that every request asks for. */
export interface AccessRow {
  session: SessionState & Pick<SessionRow, 'id' | 'persistent'>;
  user: SessionWithUser['user'];
}

/** On what a session begins, and what is written along with it. */
export type Beginning =
  /** A new account. Refused where the address is taken. */
  | { kind: 'new_account'; user: NewUser }
  /** Credentials that somebody has just shown. Refused where they have changed since. */
  | { kind: 'credentials'; shown: CredentialState }
  /**
   * Credentials as above, and a new password: every session of the user is ended as `password_changed`. Refused, too, where the
   * session that asks was ended since.
   */
  | { kind: 'new_password'; shown: CredentialState; askingSessionId: string; passwordHash: string };

export interface SessionStore {
  /** Writes a session (head 0) and its event, and ends `endSessionId`, whoever's it was, as `replaced`. `refused`: wrote nothing. */
  beginSession(input: {
    session: NewSession;
    on: Beginning;
    endSessionId: string | null;
    event: SecurityEvent;
  }): Promise<'begun' | 'refused'>;

  findSession(id: string): Promise<SessionWithUser | null>;

  /** Reads no more of a session than an access check needs: each column costs on every request. */
  findAccess(id: string): Promise<AccessRow | null>;

  /** Writes a rotation or replacement if the row is still at `version` and alive. False: read and decide again. */
  advance(
    id: string,
    version: number,
    next: Advance & Pick<SessionRow, 'headKid' | 'idleExpiresAt' | 'rateStartedAt' | 'rateCount'>,
  ): Promise<boolean>;

  /**
   * Writes `confirmed_at = max(now, exchanged_at)` and the idle limit, if the session is alive, `generation` is the head and it is
   * not confirmed yet. False: nothing was written, so read and decide again.
   */
  confirm(id: string, generation: number, now: Date, idleExpiresAt: Date): Promise<boolean>;

  /** Ends the session for theft or a rolled-back database, if the row is still at `version`. False: decide again. */
  endByVersion(id: string, version: number, reason: 'reuse' | 'rollback', event: SecurityEvent): Promise<boolean>;

  /** Ends a living session and writes the event for its user. True if it was alive. */
  endSession(id: string, reason: EndReason, event: Omit<SecurityEvent, 'userId' | 'sessionId'>): Promise<boolean>;

  /** Ends a living session of this user. False when there is no such one. */
  endOwnSession(userId: string, id: string, event: SecurityEvent): Promise<boolean>;

  /** Raises the user's epoch and ends every session; with `exceptId` that one is lifted to the new epoch instead. */
  endAllSessions(userId: string, exceptId: string | null, event: SecurityEvent): Promise<void>;

  /** Lists living sessions, the most recently used first. */
  listSessions(userId: string, now: Date, appEpoch: number): Promise<SessionRow[]>;

  /** Counts the sessions of everybody that neither ended nor reached a limit, of this epoch or a newer one. */
  countSessions(now: Date, appEpoch: number): Promise<number>;
}
