/** What grows, and may be deleted when it is old: by when a session ended or would have, a window was over, a row was made. */
export const purgeKinds = [
  'ended_sessions',
  'expired_sessions',
  'rate_limits',
  'events',
  'one_time_links',
  'idempotency_keys', // tasks
] as const;
export type PurgeKind = (typeof purgeKinds)[number];

export interface PurgeStore {
  /** Deletes the oldest `limit` rows of a kind that are older than `before`, and tells how many. Short enough to hold up nobody. */
  purge(kind: PurgeKind, before: Date, limit: number): Promise<number>;
}
