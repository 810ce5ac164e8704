/** Sign-ups that wait for the code in a mail. Any number of them may name one address; none is an account yet. */
import type { NewMail } from './mails.ts';

export interface SignUpRow {
  id: string;
  /** SHA-256 of the secret in the cookie of the browser that signs up. */
  secretHash: string;
  email: string;
  name: string | null;
  passwordHash: string;
  /** True for "Remember me". */
  persistent: boolean;
  /** Fingerprint of the key, and 32 random bytes, of which the code is made. The code itself is stored nowhere. */
  kid: string;
  nonce: Uint8Array;
  /** Codes that were typed. */
  tries: number;
  /** Mails that brought the code, and the time of the last. */
  mails: number;
  mailedAt: Date;
  expiresAt: Date;
}

/** Names a sign-up, by the cookie of its browser. */
export type SignUpKey = Pick<SignUpRow, 'id' | 'secretHash'>;

export interface SignUpStore {
  /** Writes a sign-up, and the mail that brings its code. Asks nothing about the address. */
  addSignUp(signUp: SignUpRow, mail: NewMail): Promise<void>;

  /** Finds a sign-up. Returns null if it is unknown, had expired at `now` or has had `codeTries`. */
  findSignUp(id: string, now: Date): Promise<SignUpRow | null>;

  /**
   * Counts a code that was typed for a sign-up, before it is compared. Returns the sign-up, or null, and counts nothing, if it
   * is not this browser's, had expired at `now` or has had `codeTries`.
   */
  countCodeTry(key: SignUpKey, now: Date): Promise<SignUpRow | null>;

  /**
   * Writes another mail with a sign-up's code. Returns false, and writes nothing, if the sign-up is not this browser's, had
   * expired at `mail.at`, has had `codeTries`, was mailed after `mailedBefore`, or was mailed `codeResends.count` times more
   * already.
   */
  mailCodeAgain(key: SignUpKey, mailedBefore: Date, mail: NewMail): Promise<boolean>;
}
