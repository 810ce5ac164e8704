/** Sessions: how they begin, what each request reads and writes of them, and how they end. */
import type { Advance, Session, SessionState } from '#lib/core/sessions/rotation.ts';
import type { CredentialState, NewUser, UserRow } from './accounts.ts';
import type { NewSecurityEvent } from './activity.ts';
import type { IdentityRow } from './providers.ts';
import type { ShownProof } from './second-factors.ts';
import type { SecondStepKey, SecondStepRow, TrustedDeviceRow } from './second-steps.ts';

/** Lists the reasons for which a session can be ended. A session that reaches a time limit gets none. */
export const endReasons = [
  'signed_out',
  'signed_out_everywhere',
  'ended_elsewhere',
  'replaced',
  'password_changed',
  'reuse',
  'rollback',
  'email_changed',
  'account_closed',
  'factor_changed',
  'provider_signed_out',
  'identity_removed',
] as const;
export type EndReason = (typeof endReasons)[number];

/** A stored session. Rotation reads the fields of `Session`, whose times are in milliseconds. */
export interface SessionRow extends Session {
  id: string;
  userId: string;
  /** 32 random bytes from which, together with the key, this session's refresh tokens are made. */
  seed: Uint8Array;
  /** Fingerprint of the key with which the head's refresh token is made. */
  headKid: string;
  /** Counts the writes to this row. A compare-and-set names the version that it has read. */
  version: number;
  /** True for "Remember me": the cookies get a Max-Age, and so outlive the browser window. */
  persistent: boolean;
  createdAt: Date;
  lastUsedAt: Date;
  /** Reason for which the session was ended, or null if it was not. */
  endReason: EndReason | null;
  /** Start of the window that `rateCount` counts in, in milliseconds. */
  rateStartedAt: number;
  /** Rotations and replacements since `rateStartedAt`. Kept in this row, it limits refreshes without a second write. */
  rateCount: number;
  userAgent: string | null;
  ip: string | null;
  /** Time of the sign-in or step-up at which the person last showed who they are. Null in old rows: it is `createdAt`. */
  authTime: Date | null;
  /** Methods by which they showed it (RFC 8176), with a space between two, as in `pwd` or `pwd otp mfa`. */
  amr: string;
  /** The session that this one takes the place of at its first use; null for one that began with a sign-in. */
  replaces: string | null;
}

/** Fields of a new session that its caller decides. The store sets the rest: generation 0, not confirmed. */
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
  | 'lastUsedAt'
  | 'authTime'
  | 'amr'
  | 'replaces'
  | 'userAgent'
  | 'ip'
>;

/** A new session that takes the place of another at its first use. */
export type NewSuccessor = NewSession & { replaces: string };

/** A session and its user, from one indexed read. No password hash: nothing that reads a session may have it. */
export interface SessionWithUser {
  session: SessionRow;
  user: Pick<UserRow, 'id' | 'email' | 'name' | 'epoch' | 'createdAt' | 'twoStep'>;
}

/** The part of a session and its user that an access check needs. */
export interface AccessRow {
  session: SessionState & Pick<SessionRow, 'id' | 'persistent'>;
  user: Omit<SessionWithUser['user'], 'twoStep'>;
}

/** The condition on which a session begins, and what is written along with it. */
export type SessionBasis =
  /** Creates the account. Refused if the address has one already. */
  | { kind: 'new_account'; user: NewUser }
  /**
   * Creates the account of a sign-up whose code was typed, with its address verified, and deletes the sign-up. Refused if the
   * sign-up is gone by then; `email_taken` if the address has an account by then.
   */
  | { kind: 'sign_up'; signUpId: string; user: NewUser }
  /**
   * Signs in with credentials that somebody has just shown. Refused if they have changed since, and where two-step sign-in is on
   * unless `device` names a trusted browser of the user, which is traded for `next`. `kept` is the event of an account that was to
   * be deleted and stays because of this; refused as well if it is to be deleted no longer, or was.
   */
  | {
      kind: 'credentials';
      shown: CredentialState;
      device?: { hash: string; next: TrustedDeviceRow };
      kept?: NewSecurityEvent;
    }
  /**
   * Completes a sign-in that waits for its second step: deletes it and uses up a proof of its user. Refused, with nothing used up,
   * if either is gone by then or the user's credentials have changed since the password was shown. Trusts the browser from now on
   * if `device` is given. `kept` as above.
   */
  | { kind: 'second_step'; step: SecondStepRow; proof: ShownProof; device?: TrustedDeviceRow; kept?: NewSecurityEvent }
  /**
   * Signs in with a passkey alone, which is two factors in one: uses the proof up. Refused if that was used before, or the user's
   * credentials have changed since they were read. `kept` as above.
   */
  | { kind: 'passkey'; shown: CredentialState; proof: ShownProof; kept?: NewSecurityEvent }
  /**
   * Signs in with an identity at a provider, and uses up the transaction, by the hash of its state. A new identity becomes the
   * user's, and raises the credential version. Refused if the transaction is gone, the identity is not the user's, or a new one of a
   * user who has `identitiesLimit`, the credentials have changed since they were read, and where two-step sign-in is on, as for
   * `credentials`. `sid` is the provider's name for its own session. `kept` as above.
   */
  | {
      kind: 'provider';
      shown: CredentialState;
      transaction: string;
      identity: IdentityRow;
      isNew: boolean;
      sid: string | null;
      device?: { hash: string; next: TrustedDeviceRow };
      kept?: NewSecurityEvent;
    }
  /**
   * Creates the account of somebody whom a provider names, with the address verified and no password. Refused if the transaction is
   * gone or the identity is somebody's by then; `email_taken` if the address has an account by then.
   */
  | { kind: 'provider_account'; transaction: string; user: NewUser; identity: IdentityRow; sid: string | null }
  /**
   * Begins beside a session of the user whose person asks, and so has passed whatever was asked at its sign-in. Refused if that
   * session is over or the shown credentials have changed since.
   */
  | { kind: 'session'; shown: CredentialState; askingSessionId: string }
  /**
   * Sets a new password and ends every earlier session of the user as `password_changed`. Refused if the shown
   * credentials have changed since, or if the session that asks for it was ended.
   */
  | { kind: 'new_password'; shown: CredentialState; askingSessionId: string; passwordHash: string };

export interface SessionStore {
  /**
   * Writes a session, what `basis` asks for, and the events. Ends the session `endSessionId` as `replaced`, whichever user
   * it belongs to. Returns `refused`, and writes nothing, if the condition of `basis` does not hold.
   */
  beginSession(input: {
    session: NewSession;
    basis: SessionBasis;
    endSessionId: string | null;
    event: NewSecurityEvent;
    /** Events that belong to the sign-in beside `event`. */
    alsoEvents?: readonly NewSecurityEvent[];
  }): Promise<'begun' | 'refused' | 'email_taken'>;

  /**
   * Writes a session that takes the place of `session.replaces`, a session of the same user, at its first use. Until then the
   * two are one: whatever ends either, or moves it to a new epoch, does so to both. Uses up `proof`. Writes nothing, and
   * returns `refused` if the shown credentials have changed since or the session to be replaced is over, and `wrong_proof` if the
   * proof was used before. Uses up `step` too, if it is given: `wrong_proof` as well where that is gone, or was begun by a session
   * other than `session.replaces` or the one whose place that took. Writes `event` with it, if there is one.
   */
  addSuccessor(
    session: NewSuccessor,
    shown: CredentialState,
    proof: ShownProof | null,
    more?: { step?: SecondStepKey | undefined; event?: NewSecurityEvent | null },
  ): Promise<'added' | 'refused' | 'wrong_proof'>;

  /** Finds a session, which may be over. */
  findSession(id: string): Promise<SessionWithUser | null>;

  /**
   * Finds what an access check needs of a session, which may be over. No more than that: each column costs on every
   * request.
   */
  findAccess(id: string): Promise<AccessRow | null>;

  /**
   * Writes a rotation or a replacement. Returns false, and writes nothing, if the row is no longer at `version` or the
   * session is over: read and decide again. The rotation of generation 0 ends what the session replaces, as `confirm` does.
   */
  advance(
    id: string,
    version: number,
    next: Advance & Pick<SessionRow, 'headKid' | 'idleExpiresAt' | 'rateStartedAt' | 'rateCount'>,
  ): Promise<boolean>;

  /**
   * Confirms the head: sets `confirmedAt` to the later of `now` and `exchangedAt`, and `idleExpiresAt`. Returns false,
   * and writes nothing, if the session is over, `generation` is not the head or the head is confirmed already: read and
   * decide again. Confirming generation 0 also ends, as `replaced`, the session that this one replaces and the other
   * successors of that one.
   */
  confirm(id: string, generation: number, now: Date, idleExpiresAt: Date): Promise<boolean>;

  /**
   * Ends a session because a refresh token was reused, or because one is newer than the row, as after the database was
   * restored from a backup (`rollback`). Writes the event. Returns false, and writes nothing, if the row is no longer
   * at `version` or the session was ended: read and decide again.
   */
  endByVersion(id: string, version: number, reason: 'reuse' | 'rollback', event: NewSecurityEvent): Promise<boolean>;

  /** Ends a session and writes the event for its user. Returns false, and writes nothing, if it was over already. */
  endSession(id: string, reason: EndReason, event: Omit<NewSecurityEvent, 'userId' | 'sessionId'>): Promise<boolean>;

  /**
   * Ends a session of this user as `ended_elsewhere` and writes the event. Returns false, and writes nothing, if it was
   * over at `event.at` or belongs to another user.
   */
  endOwnSession(userId: string, id: string, event: NewSecurityEvent): Promise<boolean>;

  /**
   * Raises the user's epoch, ends every session as `signed_out_everywhere` and writes the event. The session `exceptId`
   * is kept: it moves to the new epoch.
   */
  endAllSessions(userId: string, exceptId: string | null, event: NewSecurityEvent): Promise<void>;

  /** Lists the user's sessions that are not over at `now`, the most recently used first. */
  listSessions(userId: string, now: Date, appEpoch: number): Promise<SessionRow[]>;

  /** Counts the sessions of all users that were not ended, reached no time limit and began at `appEpoch` or later. */
  countSessions(now: Date, appEpoch: number): Promise<number>;
}
