import { lte, sql } from 'drizzle-orm';
import type { LimitStore } from '#db/store/limits.ts';
import { StoreUnavailable } from '#db/store/store.ts';
import type { Executor } from './executor.ts';

/** Rate limits: one row per key, one statement per try. */
export function limitQueries(executor: Executor): LimitStore {
  const hit = hitLimit(executor);
  return {
    async hit(key, windowSeconds, now) {
      const time = now.getTime();
      const [window] = await hit({ key, now: time, resetAt: new Date(time + windowSeconds * 1000) });
      // An upsert always answers its row; a limit that cannot be read must not let anyone pass.
      if (window === undefined) throw new StoreUnavailable();
      return window;
    },
  };
}

function hitLimit({ tables: { rateLimits }, prepareWrite }: Executor) {
  const isOver = lte(rateLimits.resetAt, sql.placeholder('now'));
  return prepareWrite('hit_limit', (db) =>
    db
      .insert(rateLimits)
      .values({ key: sql.placeholder('key'), count: 1, resetAt: sql.placeholder('resetAt') })
      .onConflictDoUpdate({
        target: rateLimits.key,
        set: {
          count: sql`case when ${isOver} then 1 else ${rateLimits.count} + 1 end`,
          resetAt: sql`case when ${isOver} then excluded.reset_at else ${rateLimits.resetAt} end`,
        },
      })
      .returning({ count: rateLimits.count, resetAt: rateLimits.resetAt }),
  );
}
