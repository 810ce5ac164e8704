/** Counters of tries, for rate limits. */
export interface LimitStore {
  /**
   * Counts a try against `key`, in fixed windows of `windowSeconds`. Returns how many tries the current window has,
   * this one included, and when it ends. No two tries of a window see the same count, however parallel they are.
   */
  hit(key: string, windowSeconds: number, now: Date): Promise<{ count: number; resetAt: Date }>;
}
