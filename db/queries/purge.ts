import { and, count, gt, gte, isNull, sql } from 'drizzle-orm';
import type { PurgeKind } from '#db/rows.ts';
import type { Store } from '#db/store.ts';
import type { Executor, Tables } from './executor.ts';

/** Deleting what is of no more use, and counting what is alive. */
export function purgeQueries({ tables, run }: Executor): Pick<Store, 'purge' | 'countSessions'> {
  const { sessions } = tables;
  return {
    /**
     * One statement that finds its few rows by an index. The age is asked twice: a row may have changed since it was found. The
     * plus keeps a planner with old statistics from going through all old rows a second time, by that index.
     */
    async purge(kind, before, limit) {
      const { table, key, age } = purged(tables)[kind];
      const columns = sql.join(key, sql`, `);
      const time = before.getTime();
      const oldest = sql`(select ${columns} from ${table} where ${age} < ${time} order by ${age} limit ${limit})`;
      const deleted = await run((db) =>
        db.delete(table).where(sql`+${age} < ${time} and (${columns}) in ${oldest}`).returning({ one: sql<number>`1` }),
      );
      return deleted.length;
    },

    async countSessions(now, appEpoch) {
      const time = now.getTime();
      const living = and(
        isNull(sessions.endedAt),
        gt(sessions.idleExpiresAt, time),
        gt(sessions.expiresAt, time),
        gte(sessions.appEpoch, appEpoch),
      );
      const [counted] = await run((db) => db.select({ total: count() }).from(sessions).where(living));
      return counted?.total ?? 0;
    },
  };
}

/** Where the rows of a kind are, and what tells how old they are. */
function purged({ sessions, rateLimits, idempotencyKeys, events, passwordResets }: Tables) {
  return {
    ended_sessions: { table: sessions, key: [sessions.id], age: sessions.endedAt },
    expired_sessions: { table: sessions, key: [sessions.id], age: sessions.expiresAt },
    rate_limits: { table: rateLimits, key: [rateLimits.key], age: rateLimits.resetAt },
    idempotency_keys: {
      table: idempotencyKeys,
      key: [idempotencyKeys.userId, idempotencyKeys.key],
      age: idempotencyKeys.createdAt,
    },
    events: { table: events, key: [events.id], age: events.at },
    // At most one a user, and only those that an operator made: no index.
    password_resets: { table: passwordResets, key: [passwordResets.userId], age: passwordResets.expiresAt },
  } satisfies Record<PurgeKind, unknown>;
}
