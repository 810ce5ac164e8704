import { lte, sql } from 'drizzle-orm';
import type { LimitStore } from '#db/store/limits.ts';
import { StoreUnavailable } from '#db/store/store.ts';
import type { Executor } from './executor.ts';

/** Builds the queries of rate limits: one row for each key, one statement for each try. */
export function limitQueries(executor: Executor): LimitStore {
  const countTry = hitLimit(executor);
  return {
    async hit(key, windowSeconds, now) {
      const time = now.getTime();
      const [window] = await countTry({ key, now: time, resetAt: new Date(time + windowSeconds * 1000) });
      // An upsert always returns its row. If it ever does not, nobody may pass a limit that could not be read.
      if (window === undefined) throw new StoreUnavailable();
      return window;
    },
  };
}

function hitLimit({ tables: { rateLimits }, prepareWrite }: Executor) {
  const hasEnded = lte(rateLimits.resetAt, sql.placeholder('now'));
  return prepareWrite('hit_limit', (db) =>
    db
      .insert(rateLimits)
      .values({ key: sql.placeholder('key'), count: 1, resetAt: sql.placeholder('resetAt') })
      .onConflictDoUpdate({
        target: rateLimits.key,
        set: {
          count: sql`case when ${hasEnded} then 1 else ${rateLimits.count} + 1 end`,
          resetAt: sql`case when ${hasEnded} then excluded.reset_at else ${rateLimits.resetAt} end`,
        },
      })
      .returning({ count: rateLimits.count, resetAt: rateLimits.resetAt }),
  );
}
