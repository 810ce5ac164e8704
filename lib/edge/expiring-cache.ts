/** A bounded cache whose entries die at a given moment; when it is full the oldest entry goes. */
export interface ExpiringCache<T> {
  get(key: string, now: Date): T | undefined;
  set(key: string, value: T, expiresAt: Date): void;
}

/** A renewal leaves some 4 KB in all of these caches together. */
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
