/** Security events: the log of what happened to an account, which its owner sees on Activity. */
import type { EventActor, EventType } from '#lib/core/activity/contract.ts';
import type { Page } from './page.ts';

/** A stored security event. */
export interface SecurityEvent {
  id: string;
  userId: string;
  /** Session that the event is about, which may be deleted by now. Null if it is about none. */
  sessionId: string | null;
  type: EventType;
  at: Date;
  userAgent: string | null;
  /** Network of the requester, never the whole address: /24 of IPv4, /48 of IPv6. Null if there is no address. */
  ip: string | null;
  /** Method of a sign-in: `password`, `passkey`, or `provider:` and the provider's id. Null where there is none. */
  method: string | null;
  /** Kind of person or thing that caused the event. Null in old rows. */
  by: EventActor | null;
}

/** A security event to be written. */
export interface NewSecurityEvent
  extends Omit<SecurityEvent, 'method' | 'by'>,
    Partial<Pick<SecurityEvent, 'method' | 'by'>> {
  /**
   * Id of the mail that tells the owner of it, written in the same transaction, to the address that the account has then.
   * None is written past the `noticeLimit` of an event.
   */
  noticeId?: string;
  /** Text that only that mail needs; `MailRow.detail`. */
  noticeDetail?: string;
}

/** Adds and reads security events; no method changes one. */
export interface ActivityStore {
  /** Adds an event, and the mail that tells the owner of it, if it has a notice. */
  addSecurityEvent(event: NewSecurityEvent): Promise<void>;

  /** Tells whether the account of `email` signed up or in after `since` from the network `ip`, written as in events. */
  hasSignedInFrom(email: string, ip: string, since: Date): Promise<boolean>;

  /**
   * Lists the browsers and networks, each pair once, with which the user signed up or in after `since`: the 500 that were
   * used last.
   */
  listSignInDevices(userId: string, since: Date): Promise<Pick<SecurityEvent, 'userAgent' | 'ip'>[]>;

  /** Lists a page of the user's events, newest first. `total` counts the events of all pages. */
  listSecurityEvents(userId: string, page: Page): Promise<{ items: SecurityEvent[]; total: number }>;
}
