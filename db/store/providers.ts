/** Signing in with other providers: identities, and sign-ins that are on their way. */
import type { Intent } from '#lib/core/providers/contract.ts';
import type { UserRow } from './accounts.ts';
import type { NewSecurityEvent } from './activity.ts';
import type { FactorChange } from './second-factors.ts';

/** A user's identity at a provider. */
export interface IdentityRow {
  id: string;
  userId: string;
  issuer: string;
  subject: string;
  /** Address that the provider named when it was linked; for its owner to see, and for nothing else. */
  email: string | null;
  linkedAt: Date;
  lastUsedAt: Date | null;
}

/** A sign-in that is on its way to a provider and back. */
export interface TransactionRow {
  /** SHA-256 of the state, in base64url. */
  stateHash: string;
  /** Id of the provider. */
  provider: string;
  intent: Intent;
  /** Page to go to afterwards. */
  next: string;
  persistent: boolean;
  /** The session that asked, to link or to confirm; null to sign in. */
  sessionId: string | null;
  startedAt: Date;
  expiresAt: Date;
  /** Time until which one completion has it for itself. */
  claimedUntil: Date | null;
  /** Identity that met an account of its address, and waits to be linked by that one's owner. */
  heldIssuer: string | null;
  heldSubject: string | null;
  heldEmail: string | null;
}

/** Names what began at a provider: as one session of its own, by the provider's name for it, or with a subject before a time. */
export type BegunAtProvider = { issuer: string; sid: string } | { issuer: string; subject: string; before: Date };

/** The ways to sign in that count. */
export interface WaysIn {
  /** True if passwords sign in here. */
  password: boolean;
  /** Issuers of the providers that are set up. */
  issuers: readonly string[];
  /** Relying party whose passkeys sign in; null where none does. */
  rpId: string | null;
}

export interface ProviderStore {
  addTransaction(transaction: TransactionRow): Promise<void>;

  /** Lists those of these transactions that are not over, the oldest first. */
  listTransactions(stateHashes: readonly string[], now: Date): Promise<TransactionRow[]>;

  /** Removes transactions. */
  dropTransactions(stateHashes: readonly string[]): Promise<void>;

  /** Takes a transaction until `until`, for one completion. Returns null if it is over, held, or another has it at `now`. */
  claimTransaction(stateHash: string, now: Date, until: Date): Promise<TransactionRow | null>;

  /** Gives a transaction back as it was, for another try. */
  releaseTransaction(stateHash: string): Promise<void>;

  /**
   * Keeps the identity of a completed transaction, for its account's owner to link, and writes the event, if there is one. Returns
   * false, and writes nothing, if the transaction is gone or holds one already.
   */
  holdIdentity(
    stateHash: string,
    held: { issuer: string; subject: string; email: string },
    event: NewSecurityEvent | null,
  ): Promise<boolean>;

  /** Finds a transaction that is not over. */
  findTransaction(stateHash: string, now: Date): Promise<TransactionRow | null>;

  /** Finds an identity and its user. */
  findIdentity(issuer: string, subject: string): Promise<{ identity: IdentityRow; user: UserRow } | null>;

  /** Lists a user's identities, the oldest first. */
  listIdentities(userId: string): Promise<IdentityRow[]>;

  /**
   * Adds an identity to the user whose session asks, and uses up the transaction. Marks the address `verifies` as verified, if it is
   * the user's. Writes nothing, and returns `taken` if the identity is somebody's by then, and `refused` if the change is
   * refused, the transaction is gone, or the user has `identitiesLimit` of them.
   */
  linkIdentity(
    change: FactorChange,
    link: { stateHash: string; identity: IdentityRow; verifies: string | null },
  ): Promise<'linked' | 'taken' | 'refused'>;

  /**
   * Removes an identity, and ends the other sessions that began with it as `identity_removed`. Returns false, and writes nothing, if
   * the change is refused, there is none of this id, or no way to sign in would be left.
   */
  removeIdentity(change: FactorChange, id: string, ways: WaysIn): Promise<boolean>;

  /** Finds the identity with which a session began. */
  findSessionIdentity(sessionId: string): Promise<IdentityRow | null>;

  /** Lists the sessions that began so and are alive at `now`. */
  listProviderSessions(begun: BegunAtProvider, now: Date): Promise<{ id: string; userId: string }[]>;

  /** Voids the sign-ins that began so and wait for their second step. */
  voidProviderSteps(begun: BegunAtProvider): Promise<void>;

  /** Tells whether something that counts once was used; of what is remembered again and again, whether for longer than `beyond`. */
  isSpent(id: string, beyond?: Date): Promise<boolean>;

  /** Remembers something until `expiresAt`, in the place of the time until which it was. */
  remember(id: string, expiresAt: Date): Promise<void>;

  /** Uses up something that counts once. Returns false if it was used before. */
  spendOnce(id: string, expiresAt: Date): Promise<boolean>;

  /** Counts the users who have no way to sign in left. */
  countLockedOut(ways: WaysIn): Promise<number>;
}
