import { lte, sql } from 'drizzle-orm';
import { type Store, StoreUnavailable } from '#db/store.ts';
import type { Executor } from './executor.ts';

/** Rate limits: one row per key, one statement per try. */
export function limitQueries({ tables: { rateLimits }, run }: Executor): Pick<Store, 'hit'> {
  return {
    async hit(key, windowSeconds, now) {
      const resetAt = new Date(now.getTime() + windowSeconds * 1000);
      const isOver = lte(rateLimits.resetAt, now);
      const [window] = await run((db) =>
        db
          .insert(rateLimits)
          .values({ key, count: 1, resetAt })
          .onConflictDoUpdate({
            target: rateLimits.key,
            set: {
              count: sql`case when ${isOver} then 1 else ${rateLimits.count} + 1 end`,
              resetAt: sql`case when ${isOver} then excluded.reset_at else ${rateLimits.resetAt} end`,
            },
          })
          .returning({ count: rateLimits.count, resetAt: rateLimits.resetAt }),
      );
      // An upsert always answers its row; a limit that cannot be read must not let anyone pass.
      if (window === undefined) throw new StoreUnavailable();
      return window;
    },
  };
}
