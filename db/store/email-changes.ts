/** Changes of the address of an account: asked for, made once a code is typed, and undone by a link for a while. */
import type { NewSecurityEvent } from './activity.ts';
import type { MailLink, RemovedWaysIn } from './mail-links.ts';
import type { MailRow, NewMail } from './mails.ts';
import type { ShownProof } from './second-factors.ts';

/** A change that waits for the code in the mail to the new address. A user has one at most. */
export interface EmailChange {
  userId: string;
  /** New for each address that is asked for, so that no code of an earlier one serves it. */
  id: string;
  /** The new address, or the present one if that is to be verified. */
  email: string;
  /** Fingerprint of the key, and 32 random bytes, of which the code is made. The code itself is stored nowhere. */
  kid: string;
  nonce: Uint8Array;
  /** Codes that were typed. */
  tries: number;
  expiresAt: Date;
}

/** A mail with what only it says: see `MailRow.detail`. */
export type DetailedMail = NewMail & Pick<MailRow, 'detail'>;

export interface EmailChangeStore {
  /**
   * Writes a change in the place of the user's earlier one, the mail that brings its code, and what tells the user of it: the
   * event, and the mail `askedMail` to the present address and those to which an undo link lives. Asks nothing about the
   * new address. Returns false, and writes nothing, if the session that asks was ended.
   */
  askEmailChange(input: {
    change: EmailChange;
    sessionId: string;
    codeMail: NewMail;
    told: { event: NewSecurityEvent; askedMail: Pick<MailRow, 'id' | 'detail'> } | null;
  }): Promise<boolean>;

  /** Finds the user's change. Returns null if there is none, or it had expired at `now` or has had `codeTries`. */
  findEmailChange(userId: string, now: Date): Promise<EmailChange | null>;

  /** Counts a code that was typed, before it is compared. Returns the change as it stands, or null as `findEmailChange` does. */
  countEmailTry(userId: string, now: Date): Promise<EmailChange | null>;

  /** Gives up the user's change, if there is one. */
  dropEmailChange(userId: string): Promise<void>;

  /**
   * Marks the user's address as verified, uses up the change that asked for that and writes the event. Returns false, and
   * writes nothing, if the change or the session is over or the address is another by now.
   */
  verifyEmail(input: { change: EmailChange; sessionId: string; event: NewSecurityEvent }): Promise<boolean>;

  /**
   * Uses up a change and makes its address the user's, verified. Ends the user's other sessions as `email_changed` and moves
   * `sessionId` to the new epoch, voids the links to set a password, and writes the event, the link `undo` and the mail
   * `undoMail` that brings it to the earlier address; the link keeps whether a mail of ours had proved that one. Of any number
   * of parallel tries exactly one returns `changed`. Writes nothing, and returns `void` if the change or the session is over or
   * the user's address is not `undo.email` any more, and `email_taken` if another account has the address or it is kept for one.
   */
  changeEmail(input: {
    change: EmailChange;
    sessionId: string;
    undo: MailLink & { email: string };
    undoMail: DetailedMail;
    event: NewSecurityEvent;
  }): Promise<'changed' | 'void' | 'email_taken'>;

  /**
   * Sets an address that nobody has proved, for operators. Ends every session of the user as `email_changed`, voids all links,
   * also those that undo a change, gives up a waiting change, and writes the event and the notice `formerMail` to the
   * earlier address, `from`. Writes nothing, and returns `void` if the address is not `from` any more, and `email_taken` as
   * `changeEmail` does.
   */
  setEmail(input: {
    userId: string;
    from: string;
    to: string;
    event: NewSecurityEvent;
    formerMail: DetailedMail | null;
  }): Promise<'changed' | 'void' | 'email_taken'>;

  /** Marks an address as verified, for operators, and writes the event. Returns false if it is not the user's any more. */
  setVerified(userId: string, email: string, event: NewSecurityEvent): Promise<boolean>;

  /**
   * Uses up a link that undoes a change: its address is the user's again, and verified, in the place of `from`. Removes
   * the password, ends every session as `email_changed`, gives up a waiting change and the deletion of the account, and
   * voids the links to set a password and the undo links that were made later. Writes the event, the notice `formerMail` to
   * `from`, and the link `reset` with the mail that brings it. Of any number of parallel tries exactly one returns `undone`.
   * Removes the factors and recovery codes that were made since `changedAt`, and turns two-step sign-in off if no factor is left.
   * Uses up `proof`, which must be older. Writes nothing, and returns `wrong_proof` if it is not or was used before, and
   * `void` if the link was used or had expired at `event.at`, the address is not `from` any more, or no proof is given and
   * there is a factor from before the change. With `waysIn`, which is for an address that no mail of ours had proved, that asks
   * for a factor only while two-step sign-in is on, and identities and passkeys from before the change are removed as well.
   */
  undoEmailChange(input: {
    link: MailLink & { email: string };
    from: string;
    event: NewSecurityEvent;
    formerMail: DetailedMail | null;
    reset: { link: MailLink; mail: NewMail } | null;
    changedAt: Date;
    rpId: string | null;
    proof: ShownProof | null;
    waysIn?: RemovedWaysIn | null;
  }): Promise<'undone' | 'void' | 'wrong_proof'>;

  /**
   * Finds who has an address: the user with it, or the one for whom a living undo link keeps it. `keptUntil` is null for the
   * first.
   */
  findHolder(email: string, now: Date): Promise<{ userId: string; keptUntil: Date | null } | null>;
}
