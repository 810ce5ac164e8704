import type { EventType } from '#lib/core/activity/contract.ts';

/** A security event, as it is stored. */
export interface SecurityEvent {
  id: string;
  userId: string;
  sessionId: string | null;
  type: EventType;
  at: Date;
  userAgent: string | null;
  /** Truncated: /24 of an IPv4 address, /48 of an IPv6 one. */
  ip: string | null;
}

export interface Page {
  /** From 1. */
  page: number;
  size: number;
}

/** Security events are only ever added: no method changes one. */
export interface ActivityStore {
  addSecurityEvent(event: SecurityEvent): Promise<void>;

  /** Whether the account of that address was signed in or made from `ip`, truncated as events keep it, after `since`. */
  hasSignedInFrom(email: string, ip: string, since: Date): Promise<boolean>;

  /** Lists the user's events, the newest first. */
  listSecurityEvents(userId: string, page: Page): Promise<{ items: SecurityEvent[]; total: number }>;
}
