export interface LimitStore {
  /**
   * Counts one try against `key` in a fixed window and tells how many there were and when the window ends. One statement: of any
   * number of parallel tries, exactly `limit` see `count <= limit`.
   */
  hit(key: string, windowSeconds: number, now: Date): Promise<{ count: number; resetAt: Date }>;
}
