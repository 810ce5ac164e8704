/** Passkeys: WebAuthn credentials of users, and the ceremonies that were used up. */
import type { WaysIn } from './providers.ts';
import type { CeremonyUse, FactorChange } from './second-factors.ts';

/** A passkey. Its private key never leaves the authenticator. */
export interface PasskeyRow {
  id: string;
  userId: string;
  /** Credential id in base64url, unique over all users. */
  credentialId: string;
  /** Public key as COSE has it (RFC 9052). */
  publicKey: Uint8Array;
  /** Relying party for which it was made: of another one it is of no use. */
  rpId: string;
  /** Signature counter of its last use. */
  counter: number;
  /** True for a passkey that may be copied to other devices: "backup eligible", which never changes. */
  synced: boolean;
  /** True if it was backed up at its last use. */
  backedUp: boolean;
  /** Ways to reach its authenticator, as in `internal hybrid`. */
  transports: string;
  name: string;
  createdAt: Date;
  lastUsedAt: Date | null;
}

export interface PasskeyStore {
  /** Finds a passkey by its credential id, whoever it is of. */
  findPasskey(credentialId: string): Promise<PasskeyRow | null>;

  /** Tells whether a ceremony was used up, and is not purged yet. */
  isCeremonyUsed(id: string): Promise<boolean>;

  /** Lists a user's passkeys, the oldest first. */
  listPasskeys(userId: string): Promise<PasskeyRow[]>;

  /**
   * Adds a passkey and uses up the ceremony in which it was made. Writes nothing, and returns `refused` if the change is refused or
   * the user has `passkeysLimit` of them, and `taken` if the ceremony was used before or the credential is known already.
   */
  addPasskey(change: FactorChange, passkey: PasskeyRow, ceremony: CeremonyUse): Promise<'added' | 'refused' | 'taken'>;

  /** Gives a user's passkey another name. Returns it, or null if the user has none of this id. */
  renamePasskey(userId: string, id: string, name: string): Promise<PasskeyRow | null>;

  /**
   * Removes a user's passkey. Returns false, and writes nothing, if the change is refused, there is none of this id, two-step
   * sign-in would be left without a factor, or the user without a way to sign in.
   */
  removePasskey(change: FactorChange, id: string, ways: WaysIn): Promise<boolean>;

  /** Counts the passkeys that were made for another relying party than this one. */
  countPasskeysOfOthers(rpId: string): Promise<number>;
}
