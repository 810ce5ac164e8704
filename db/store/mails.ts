/** The outbox: mails that are written in the transaction of what they tell of, and sent afterwards. */
import type { EventType } from '#lib/core/activity/contract.ts';
import type { MailKind } from '#lib/core/mail/kinds.ts';

/**
 * Lists the states of a mail. `held` is ready to be read where no SMTP server is set; `dropped` had nobody to go to, or
 * told of a link that is void; `failed` was refused for good, or its time was over.
 */
export const mailStates = ['waiting', 'held', 'sent', 'dropped', 'failed'] as const;
export type MailState = (typeof mailStates)[number];

/** A mail. What it says is made of this row when it is sent; no body, link or code is stored. */
export interface MailRow {
  id: string;
  kind: MailKind;
  /** Null while it is not known whether the address has an account. */
  userId: string | null;
  recipient: string;
  /** Link that the mail brings, or by which a notice goes to an earlier address. Null if there is none, or none yet. */
  linkId: string | null;
  /** Sign-up whose code the mail brings; null if it brings none. */
  signUpId: string | null;
  /** Change of an address whose code the mail brings; null if it brings none. */
  emailChangeId: string | null;
  /** Text that only this mail needs: a masked address, or a time in ISO 8601. Null for most. */
  detail: string | null;
  /** Security event that a `notice` tells of. */
  eventType: EventType | null;
  /** Time of what the mail tells of, and who asked for it. `ip` is a network, never a whole address. */
  at: Date;
  userAgent: string | null;
  ip: string | null;
  state: MailState;
  /** Tries to send it, the current one included. Whoever settles a try names its number. */
  attempts: number;
  /** Time of the next try. While one is under way, the time at which it counts as lost. */
  dueAt: Date;
  /** Time after which the mail is given up. */
  expiresAt: Date;
  /** The last answer of the SMTP server, as three digits, or the code of a failed connection. */
  smtpCode: string | null;
  /** Time from which the row may be deleted. */
  purgeAt: Date;
}

/** A mail that is to be written. */
export type NewMail = Pick<MailRow, 'id' | 'kind' | 'recipient' | 'at' | 'userAgent' | 'ip'>;

/** The end of a try, or of the whole mail. */
export type MailOutcome =
  | { state: 'waiting'; dueAt: Date; smtpCode: string }
  | { state: 'failed'; purgeAt: Date; smtpCode: string }
  | { state: 'held' | 'sent' | 'dropped' };

export interface MailStore {
  /** Writes a mail to an address of which nobody has looked whether it has an account. */
  addMail(mail: NewMail): Promise<void>;

  /**
   * Turns a mail with a code into one that says that the address is taken: it is this user's, or kept for them until
   * `keptUntil`. Returns the mail, or null, and writes nothing, if another try of it has begun since or what the code is for
   * is gone: it may have been what took the address.
   */
  markTaken(
    mail: Pick<MailRow, 'id' | 'kind' | 'attempts' | 'at'>,
    holder: { userId: string; keptUntil: Date | null },
  ): Promise<MailRow | null>;

  /**
   * Takes a mail that is due at `now`, and hides it from others until `hiddenUntil`. Returns it as it stands then, or null
   * if none is due. Of any number of parallel calls exactly one gets a mail.
   */
  claimMail(now: Date, hiddenUntil: Date): Promise<MailRow | null>;

  /** Writes the end of a try. Returns false, and writes nothing, if another try has begun since. */
  settleMail(id: string, attempts: number, outcome: MailOutcome): Promise<boolean>;

  /** Lists mails in these states, the newest first, at most `limit`. */
  listMails(states: readonly MailState[], limit: number): Promise<MailRow[]>;

  findMail(id: string): Promise<MailRow | null>;

  /** Finds the newest mail to the address that a user has. */
  findLastMail(userId: string): Promise<MailRow | null>;

  /** Makes mails that failed wait again until `expiresAt`: one, or all of them. Returns how many. */
  retryMails(id: string | null, now: Date, expiresAt: Date): Promise<number>;

  /** Counts the mails in each state. `oldest` is the time of what the oldest waiting one tells of, or null. */
  countMails(): Promise<{ counts: Record<MailState, number>; oldest: Date | null }>;
}
