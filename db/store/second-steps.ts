/** Sign-ins that wait for their second step, and the browsers that are not asked for one. */
import type { NewSecurityEvent } from './activity.ts';

/** A sign-in whose password, or identity at a provider, was right. It is no session, and nobody can use it as one. */
export interface SecondStepRow {
  id: string;
  userId: string;
  /** SHA-256 of the secret in the cookie of the browser that signs in. */
  secretHash: string;
  /** The user's counters as they were read with the password: once either has risen, the sign-in is over. */
  credentialVersion: number;
  epoch: number;
  /** Identity at a provider that was shown in place of a password, the provider's id and session, and the page to go to; else null. */
  identityId: string | null;
  provider: string | null;
  providerSid: string | null;
  next: string | null;
  /** Session that takes a successor once this is done: a step-up at a provider. Null for a sign-in. */
  askingSessionId: string | null;
  /** True for "Remember me". */
  persistent: boolean;
  /** Codes that were typed. */
  tries: number;
  expiresAt: Date;
  /** True if neither browser nor network was known to the account: its owner is told if nobody finishes it. */
  isStrange: boolean;
  userAgent: string | null;
  /** The network of its address. */
  ip: string | null;
}

/** Names a waiting sign-in, by the cookie of its browser. */
export type SecondStepKey = Pick<SecondStepRow, 'id' | 'secretHash'>;

/**
 * A browser that is not asked for the second step. It is void once the user's epoch is no longer `userEpoch`. A change of the
 * user's factors may leave the epoch as it is: it deletes the row, in its own batch.
 */
export interface TrustedDeviceRow {
  id: string;
  userId: string;
  /** SHA-256 of the cookie. */
  hash: string;
  userEpoch: number;
  userAgent: string | null;
  ip: string | null;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
}

export interface SecondStepStore {
  /**
   * Writes a sign-in that waits for its second step. Returns false, and writes nothing, if the user's counters are not those
   * of the row any more. Uses up `transaction` of a provider, if it is given, and refuses one that is gone or over at `at`.
   */
  addSecondStep(step: SecondStepRow, transaction?: { stateHash: string; at: Date }): Promise<boolean>;

  /**
   * Finds a sign-in that waits. Returns null if it is not this browser's, had expired at `now`, has had `secondStepTries`, or
   * the user's credentials have changed since.
   */
  findSecondStep(key: SecondStepKey, now: Date): Promise<SecondStepRow | null>;

  /**
   * Counts a code that was typed for a sign-in that waits, before it is compared. Returns the sign-in, or null, and counts
   * nothing, where `findSecondStep` finds none.
   */
  countSecondStepTry(key: SecondStepKey, now: Date): Promise<SecondStepRow | null>;

  /**
   * Deletes the oldest strange sign-in that was over at `before` and that nobody finished. Writes `event` of it, at its time and from
   * its browser, and returns that as `told`. Writes none if its credentials have changed since, the same browser has signed in
   * from the same network since, or the user was told of another within `secondStepNoticeSeconds`: `told` is null. Returns null
   * if there is no such sign-in.
   */
  takeAbandonedStep(
    before: Date,
    event: Pick<NewSecurityEvent, 'id' | 'noticeId'>,
  ): Promise<{ told: NewSecurityEvent | null } | null>;

  /** Finds a browser by its cookie. Returns null if it had expired at `now` or the user's epoch has risen since. */
  findTrustedDevice(userId: string, hash: string, now: Date): Promise<TrustedDeviceRow | null>;
}
