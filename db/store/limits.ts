/** Counters of tries, for rate limits. */
export interface LimitStore {
  /**
   * Counts a try against `key`, in fixed windows of `windowSeconds`. Returns how many tries the current window has,
   * this one included, and when it ends. Of any number of parallel tries, exactly `limit` see `count <= limit`.
   */
  hit(key: string, windowSeconds: number, now: Date): Promise<{ count: number; resetAt: Date }>;
}
