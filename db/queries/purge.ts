import { and, count, gt, gte, isNull, lt, sql } from 'drizzle-orm';
import type { PurgeKind } from '#db/rows.ts';
import type { Store } from '#db/store.ts';
import type { Executor, Tables } from './executor.ts';

/** Deleting what is of no more use, and counting what is alive. */
export function purgeQueries({ tables, run }: Executor): Pick<Store, 'purge' | 'countSessions'> {
  const { sessions } = tables;
  return {
    /** One statement that finds its few rows by an index. The age is asked twice: a row may have changed since it was found. */
    async purge(kind, before, limit) {
      const { table, key, age, isOld } = oldRows(tables, before)[kind];
      const columns = sql.join(key, sql`, `);
      const oldest = sql`(select ${columns} from ${table} where ${isOld} order by ${age} limit ${limit})`;
      const deleted = await run((db) =>
        db
          .delete(table)
          .where(and(isOld, sql`(${columns}) in ${oldest}`))
          .returning({ one: sql<number>`1` }),
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

/** Where the rows of a kind are, and which of them are older than `before`. */
function oldRows({ sessions, rateLimits, idempotencyKeys, events, passwordResets }: Tables, before: Date) {
  const { endedAt, expiresAt } = sessions;
  const time = before.getTime();
  return {
    ended_sessions: { table: sessions, key: [sessions.id], age: endedAt, isOld: lt(endedAt, time) },
    expired_sessions: { table: sessions, key: [sessions.id], age: expiresAt, isOld: lt(expiresAt, time) },
    rate_limits: {
      table: rateLimits,
      key: [rateLimits.key],
      age: rateLimits.resetAt,
      isOld: lt(rateLimits.resetAt, before),
    },
    idempotency_keys: {
      table: idempotencyKeys,
      key: [idempotencyKeys.userId, idempotencyKeys.key],
      age: idempotencyKeys.createdAt,
      isOld: lt(idempotencyKeys.createdAt, before),
    },
    events: { table: events, key: [events.id], age: events.at, isOld: lt(events.at, before) },
    // At most one a user, and only those that an operator made: no index.
    password_resets: {
      table: passwordResets,
      key: [passwordResets.userId],
      age: passwordResets.expiresAt,
      isOld: lt(passwordResets.expiresAt, before),
    },
  } satisfies Record<PurgeKind, unknown>;
}
