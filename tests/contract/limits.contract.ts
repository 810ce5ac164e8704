import { describe, expect, test } from 'vitest';
import type { Store } from '#db/store/store.ts';
import { inParallel, later, now } from './fixtures.ts';

export function limitContract(store: () => Store): void {
  describe('hit', () => {
    test('counts up to the end of the window, then begins another', async () => {
      const resetAt = later(60_000);
      expect(await store().hit('login:ada', 60, now)).toEqual({ count: 1, resetAt });
      expect(await store().hit('login:ada', 60, later(59_999))).toEqual({ count: 2, resetAt });
      expect(await store().hit('login:ada', 60, resetAt)).toEqual({ count: 1, resetAt: later(120_000) });
    });

    test('counts each key by itself', async () => {
      await store().hit('login:ada', 60, now);
      expect((await store().hit('login:bob', 60, now)).count).toBe(1);
    });

    test('tells every one of fifty parallel tries another count', async () => {
      const all = await inParallel(50, () => store().hit('login:ada', 60, now));
      const counts = all.map(({ count }) => count).sort((a, b) => a - b);
      expect(counts).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    });
  });
}
