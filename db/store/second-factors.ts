/** Second factors: authenticator apps, recovery codes and trusted devices; passkeys where they are one. */
import type { CredentialState } from './accounts.ts';
import type { NewSecurityEvent } from './activity.ts';

/** A WebAuthn ceremony that lets somebody do something, once. */
export interface CeremonyUse {
  id: string;
  expiresAt: Date;
}

/** A proof that was checked. It is used up in the transaction of what it allows, which another use of it undoes. */
export type Proof =
  /** The time step whose code was shown, of the app that was set up at `createdAt`: another may take its place meanwhile. */
  | { kind: 'totp'; step: number; createdAt: Date }
  /** SHA-256 of the recovery code, in base64url. */
  | { kind: 'recovery_code'; hash: string }
  /** The passkey that signed, with what its authenticator says now, and the ceremony in which it did. */
  | { kind: 'passkey'; passkeyId: string; counter: number; backedUp: boolean; ceremony: CeremonyUse };

/** A proof to be used up, and the event that is written with it: that of a recovery code, which its owner is told of. */
export interface ShownProof {
  proof: Proof;
  event: NewSecurityEvent | null;
}

/** An authenticator app. Its secret is sealed. */
export interface TotpRow {
  userId: string;
  kid: string;
  sealed: Uint8Array;
  /** The newest time step whose code was used. */
  lastStep: number;
  /** Wrong codes since the last right one. */
  failures: number;
  createdAt: Date;
  lastUsedAt: Date | null;
}

/** A secret as it is stored, and the fingerprint of the key that seals it. */
export type SealedSecret = Pick<TotpRow, 'kid' | 'sealed'>;

/** An authenticator app that waits for its first code. */
export interface TotpEnrolment extends SealedSecret {
  userId: string;
  /** The session that asked for it. Only that one or its successor may finish it. */
  sessionId: string;
  /** Codes that were typed for it. */
  tries: number;
  expiresAt: Date;
}

/** A browser that is not asked for the second step, as its owner may see it. */
export interface TrustedDevice {
  id: string;
  userAgent: string | null;
  ip: string | null;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
}

/** All that a person has beside their password, but passkeys. */
export interface FactorsOfUser {
  twoStep: boolean;
  totp: Pick<TotpRow, 'createdAt' | 'lastUsedAt'> | null;
  /** Recovery codes that were not used; null where there is none. */
  recoveryCodes: { left: number; createdAt: Date } | null;
  trustedDevices: TrustedDevice[];
}

/**
 * A change of what a person shows beside their password. It raises their credential version, and is refused if their counters are
 * no longer those that were `shown`, or if the session that asks is over.
 */
export interface FactorChange {
  userId: string;
  /** The session that asks. It is kept, whatever else ends. */
  sessionId: string;
  shown: CredentialState;
  /** Also raises the epoch, and ends every other session as `factor_changed`. */
  endsOthers: boolean;
  at: Date;
  events: NewSecurityEvent[];
}

export interface SecondFactorStore {
  /**
   * Lists what the user can show in a second step; of that, if `before` is given, what was there by then. A passkey counts if it was
   * made for the relying party `rpId`; none does if that is null.
   */
  listProofs(userId: string, rpId: string | null, before?: Date): Promise<Proof['kind'][]>;

  /** Finds a user's authenticator app. */
  findTotp(userId: string): Promise<TotpRow | null>;

  /** Replaces the sealed secret of an app, unless it was replaced since it was read. */
  resealTotp(userId: string, from: SealedSecret, to: SealedSecret): Promise<void>;

  /** Counts the apps, confirmed or waiting, whose secret is sealed with another key than this one. */
  countSealedByOthers(kid: string, now: Date): Promise<number>;

  /** Tells whether a recovery code, by its hash, is the user's and was not used. */
  hasRecoveryCode(userId: string, hash: string): Promise<boolean>;

  /** Counts a wrong app code. Returns how many there were in a row. */
  countTotpFailure(userId: string): Promise<number>;

  /** Reads all that a person has beside their password, but passkeys. Devices whose time is over, or of an older epoch, are left out. */
  findFactors(userId: string, now: Date): Promise<FactorsOfUser>;

  /**
   * Lets an app wait for its first code, in place of any other that waits. The app in use stays. Returns false, and writes
   * nothing, if the session that asks is over.
   */
  startTotp(enrolment: TotpEnrolment, now: Date): Promise<boolean>;

  /**
   * Counts a code that was typed for the app that waits. Returns it, or null if there is none, its time is over, too many codes
   * were typed, or it was asked for by another session than this one or the one that this one replaced.
   */
  countTotpTry(userId: string, sessionId: string, now: Date): Promise<TotpEnrolment | null>;

  /**
   * Puts the app that waits in the place of the one in use, and turns two-step sign-in on. `recoveryHashes` take the place of all
   * recovery codes; null leaves these. Trusted devices are forgotten. Returns false, and writes nothing, if the change is refused
   * or the app waits no longer.
   */
  confirmTotp(
    change: FactorChange,
    confirmed: { enrolment: TotpEnrolment; step: number; recoveryHashes: string[] | null },
  ): Promise<boolean>;

  /**
   * Removes the app. Returns false, and writes nothing, if two-step sign-in is on and there is no passkey, or the change is refused.
   */
  removeTotp(change: FactorChange): Promise<boolean>;

  /**
   * Turns two-step sign-in on, for which there must be an app or a passkey, with new recovery codes unless `recoveryHashes` is null. Returns
   * false, and writes nothing, if the change is refused.
   */
  turnTwoStepOn(change: FactorChange, recoveryHashes: string[] | null): Promise<boolean>;

  /** Turns two-step sign-in off, and removes app, recovery codes and trusted devices. Returns false if the change is refused. */
  turnTwoStepOff(change: FactorChange): Promise<boolean>;

  /** Replaces all recovery codes, where two-step sign-in is on. Returns false, and writes nothing, if not, or if refused. */
  replaceRecoveryCodes(change: FactorChange, recoveryHashes: string[]): Promise<boolean>;

  /** Forgets a trusted device of this user. Returns false, and writes nothing, if there is none of this id. */
  forgetDevice(userId: string, id: string, event: NewSecurityEvent): Promise<boolean>;

  /**
   * Takes away all that a user shows beside the password, for operators: app, recovery codes, trusted devices, sign-ins that wait,
   * and passkeys unless they are kept. Turns two-step sign-in off, ends every session as `factor_changed`, and touches no password.
   */
  resetFactors(userId: string, event: NewSecurityEvent, options: { keepPasskeys: boolean }): Promise<void>;
}
