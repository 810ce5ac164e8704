/** Second factors, which people show beside their password: an authenticator app's code, or a recovery code. */
import type { NewSecurityEvent } from './activity.ts';

/** A proof that was checked. It is used up in the transaction of what it allows, which another use of it undoes. */
export type Proof =
  /** The time step whose code was shown. */
  | { kind: 'totp'; step: number }
  /** SHA-256 of the recovery code, in base64url. */
  | { kind: 'recovery_code'; hash: string };

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

export interface SecondFactorStore {
  /** Lists what the user can show in a second step; of that, if `before` is given, what was there by then. */
  listProofs(userId: string, before?: Date): Promise<Proof['kind'][]>;

  /** Finds a user's authenticator app. */
  findTotp(userId: string): Promise<TotpRow | null>;

  /** Tells whether a recovery code, by its hash, is the user's and was not used. */
  hasRecoveryCode(userId: string, hash: string): Promise<boolean>;

  /** Counts a wrong app code. Returns how many there were in a row. */
  countTotpFailure(userId: string): Promise<number>;
}
