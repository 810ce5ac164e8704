/** Leaving: accounts that are to be deleted, and their end. */
import type { UserRow } from './accounts.ts';
import type { NewSecurityEvent } from './activity.ts';

/** An account to be deleted, and the address that its last mail goes to. */
export type LeavingAccount = Pick<UserRow, 'id' | 'email'>;

/** The last mail to a person. Nothing else is left of the event that it tells of. */
export type LastNotice = Pick<NewSecurityEvent, 'noticeId' | 'at' | 'userAgent' | 'ip'>;

export interface LeavingStore {
  /**
   * Marks an account to be deleted at `deletesAt`: raises its epoch, ends every session as `account_closed`, voids the links
   * that set its password and a pending change of its address, and writes the event. Returns false, and writes nothing, if it
   * is to be deleted already, or if the session that asks is over. Null asks for no session.
   */
  closeAccount(input: {
    userId: string;
    askingSessionId: string | null;
    deletesAt: Date;
    event: NewSecurityEvent;
  }): Promise<boolean>;

  /**
   * Deletes an account with everything that belongs to it, and writes the last mail, if there is one. Returns false, and writes
   * nothing, if the account is gone, its address is another or can still be taken back, or the session that asks is over.
   */
  deleteAccount(account: LeavingAccount, askingSessionId: string | null, last: LastNotice): Promise<boolean>;

  /**
   * Does the same to one account whose time had come before `last.at`. Returns its id, or null if there is none. Whoever signs
   * in at the same moment either keeps the account with all that is in it or finds it gone.
   */
  deleteDueAccount(last: LastNotice): Promise<string | null>;

  /** Returns the time until which the present address of an account may be taken back by the earlier one; null if it may not. */
  findUndoEnd(userId: string, now: Date): Promise<Date | null>;
}
