/** Links that people are mailed, or given by an operator, and that work once, for a limited time. */
import type { UserRow } from './accounts.ts';
import type { NewSecurityEvent } from './activity.ts';
import type { ShownProof } from './second-factors.ts';

/**
 * Lists what a link is for: `reset` was mailed and proves its address, `operator` was handed over and proves none. `undo` was
 * mailed to an address that was changed, and brings that address back.
 */
export const linkKinds = ['reset', 'operator', 'undo'] as const;
export type LinkKind = (typeof linkKinds)[number];

/** A stored link. Its secret is made of this row and a key of AUTH_SECRET, and stored nowhere. */
export interface MailLink {
  id: string;
  kind: LinkKind;
  userId: string;
  /** Fingerprint of the key that the secret is made with. */
  kid: string;
  /** 32 random bytes. */
  nonce: Uint8Array;
  /** Address that the link is mailed to, and proves or brings back. Null for an operator's. */
  email: string | null;
  expiresAt: Date;
}

/** A link as it was found. */
export interface FoundLink extends MailLink {
  /** Tells whether a mail of ours had proved the address of an `undo` by the time of the change. True of every other kind. */
  addressProved: boolean;
}

/** The removal of identities, and of all passkeys but `keptPasskeyId`, with the events that tell of it. */
export interface RemovedWaysIn {
  keptPasskeyId: string | null;
  rpId: string | null;
  events: NewSecurityEvent[];
}

export interface MailLinkStore {
  /** Stores an operator's link. It replaces the user's earlier one, which stops working. */
  addOperatorLink(link: MailLink): Promise<void>;

  /**
   * Gives a mail the user's link of this kind that is good the longest. Stores `link` before, unless the user has one that
   * is good beyond `goodUntil`. Returns false, and writes nothing, if another try of the mail has begun since or the user is
   * gone.
   */
  linkMail(mail: { id: string; attempts: number }, link: MailLink, goodUntil: Date): Promise<boolean>;

  /** Finds a link and its user. Returns null if the link is unknown, was used or had expired at `now`. */
  findMailLink(id: string, now: Date): Promise<{ link: FoundLink; user: UserRow } | null>;

  /**
   * Uses up a link to set a password: ends every session of the user as `password_changed`, voids the user's other
   * links of these kinds, marks the link's address as verified if it still is the user's, and writes the event. Of any
   * number of parallel tries exactly one returns `used`. Uses up `proof`. Writes nothing, and returns `wrong_proof` if that was
   * used before, and `void` if the link was used or had expired at `event.at`, or no proof is given and two-step sign-in is
   * on. With `waysIn`, removes identities and all passkeys but `keptPasskeyId`, turns two-step sign-in off if no factor is left, and writes its
   * events.
   */
  redeemPasswordLink(input: {
    link: MailLink;
    passwordHash: string;
    event: NewSecurityEvent;
    proof: ShownProof | null;
    waysIn?: RemovedWaysIn | null;
  }): Promise<'used' | 'void' | 'wrong_proof'>;

  /** Voids a link, if it is there. */
  voidMailLink(id: string): Promise<void>;
}
