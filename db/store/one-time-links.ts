import type { UserRow } from './accounts.ts';
import type { SecurityEvent } from './activity.ts';

/** What a one-time link is good for. */
export const linkPurposes = ['password_reset'] as const;
export type LinkPurpose = (typeof linkPurposes)[number];

export interface OneTimeLink {
  userId: string;
  purpose: LinkPurpose;
  /** SHA-256 of the link's secret, which is stored nowhere. */
  tokenHash: string;
  expiresAt: Date;
}

export interface OneTimeLinkStore {
  /** Remembers a link. The user's earlier one of the same purpose is void. */
  addOneTimeLink(link: OneTimeLink): Promise<void>;

  /** Finds whose link it is, while it is neither used nor over. */
  findOneTimeLink(purpose: LinkPurpose, tokenHash: string, now: Date): Promise<UserRow | null>;

  /**
   * Uses a `password_reset` link up and sets the password as `setPassword` does. Of any number of tries at once, one is `used`;
   * `void`: the link is used or over, and nothing was written.
   */
  redeemPasswordReset(input: {
    tokenHash: string;
    userId: string;
    passwordHash: string;
    event: SecurityEvent;
  }): Promise<'used' | 'void'>;
}
