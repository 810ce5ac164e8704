/** Links that somebody is given and that work once, for a limited time. */
import type { UserRow } from './accounts.ts';
import type { SecurityEvent } from './activity.ts';

/** Lists what a one-time link can be for. */
export const linkPurposes = ['password_reset'] as const;
export type LinkPurpose = (typeof linkPurposes)[number];

export interface OneTimeLink {
  userId: string;
  purpose: LinkPurpose;
  /** SHA-256 of the link's secret. The secret itself is stored nowhere. */
  tokenHash: string;
  expiresAt: Date;
}

export interface OneTimeLinkStore {
  /** Stores a link. It replaces the user's earlier link for the same purpose, which stops working. */
  addOneTimeLink(link: OneTimeLink): Promise<void>;

  /** Finds the user whom a link belongs to. Returns null if the link is unknown, was used or had expired at `now`. */
  findOneTimeLink(purpose: LinkPurpose, tokenHash: string, now: Date): Promise<UserRow | null>;

  /**
   * Uses up the user's `password_reset` link and sets the password as `setPassword` does. Of any number of parallel
   * tries exactly one returns `used`. Returns `void`, and writes nothing, if the link was used or had expired at
   * `event.at`.
   */
  redeemPasswordReset(input: {
    tokenHash: string;
    userId: string;
    passwordHash: string;
    event: SecurityEvent;
  }): Promise<'used' | 'void'>;
}
