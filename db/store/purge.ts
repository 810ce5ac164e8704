/**
 * Lists the kinds of rows that pile up and may be deleted once they are old. The age of a session counts from its end
 * or its absolute limit, that of a rate limit from the end of its window, that of whatever has an expiry (a link, a
 * sign-up, a change of address, an app that waits, a second step, a trusted device, a ceremony, a sign-in at a provider) from that, and every other from its creation;
 * a mail's row says itself from when it is old.
 */
export const purgeKinds = [
  'ended_sessions',
  'expired_sessions',
  'rate_limits',
  'events',
  'mail_links',
  'mails',
  'sign_ups',
  'email_changes',
  'totp_enrolments',
  'second_steps',
  'trusted_devices',
  'used_ceremonies',
  'provider_transactions',
  'idempotency_keys', // tasks
] as const;
export type PurgeKind = (typeof purgeKinds)[number];

export interface PurgeStore {
  /**
   * Deletes the oldest rows of a kind that date from before `before`, at most `limit` of them, in one statement.
   * Returns how many. A low `limit` keeps it from holding up others.
   */
  purge(kind: PurgeKind, before: Date, limit: number): Promise<number>;
}
