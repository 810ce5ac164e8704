import { expect, test } from 'vitest';
import { expiringCache } from './expiring-cache.ts';

const now = new Date('2026-01-01T00:00:00Z');
const later = new Date('2026-01-01T00:05:00Z');

test('an entry is gone at its moment, not after it', () => {
  const cache = expiringCache<number>();
  cache.set('a', 1, later);
  expect(cache.get('a', new Date(later.getTime() - 1))).toBe(1);
  expect(cache.get('a', later)).toBeUndefined();
});

test('a full cache gives up its oldest entry for a new one, and none for one that it has', () => {
  const cache = expiringCache<number>(2);
  cache.set('a', 1, later);
  cache.set('b', 2, later);
  cache.set('b', 3, later);
  expect([cache.get('a', now), cache.get('b', now)]).toEqual([1, 3]);
  cache.set('c', 4, later);
  expect([cache.get('a', now), cache.get('b', now), cache.get('c', now)]).toEqual([undefined, 3, 4]);
});
