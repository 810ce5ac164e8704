/** Reads all that is kept about a person, for them to take along. */
import type { SecurityEvent } from './activity.ts';
import type { MailRow } from './mails.ts';
import type { SessionRow } from './sessions.ts';

/** Names the last row of a page; the next page begins after it. */
export interface Cursor {
  at: Date;
  id: string;
}

export interface ExportStore {
  /**
   * Lists at most `size` of the user's sessions, the oldest first: those that began after `after`, or the first ones. Sessions that
   * are over and not deleted yet are among them.
   */
  listSessionsAfter(userId: string, after: Cursor | null, size: number): Promise<SessionRow[]>;

  /** Lists at most `size` of the user's events in the same way. */
  listEventsAfter(userId: string, after: Cursor | null, size: number): Promise<SecurityEvent[]>;

  /** Lists at most `size` of the mails to the user that are not deleted yet, in the same way. */
  listMailsAfter(userId: string, after: Cursor | null, size: number): Promise<MailRow[]>;
}
