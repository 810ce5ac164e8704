import { and, count, desc, eq, gt, gte, isNull, sql } from 'drizzle-orm';
import type { Executor } from '#db/queries/executor.ts';
import type { SessionStore } from '#db/store/sessions.ts';
import { isAlive } from './alive.ts';

/** Builds the queries that list and count sessions. */
export function listQueries(executor: Executor): Pick<SessionStore, 'listSessions' | 'countSessions'> {
  const { sessions } = executor.tables;
  const list = listSessions(executor);
  return {
    listSessions: (userId, now, appEpoch) => list({ userId, now: now.getTime(), appEpoch }),

    async countSessions(now, appEpoch) {
      const time = now.getTime();
      const isLiving = and(
        isNull(sessions.endedAt),
        gt(sessions.idleExpiresAt, time),
        gt(sessions.expiresAt, time),
        gte(sessions.appEpoch, appEpoch),
      );
      const [counted] = await executor.run((db) => db.select({ total: count() }).from(sessions).where(isLiving));
      return counted?.total ?? 0;
    },
  };
}

function listSessions({ tables, prepare }: Executor) {
  const { sessions } = tables;
  const isOwn = eq(sessions.userId, sql.placeholder('userId'));
  const isOfAppEpoch = gte(sessions.appEpoch, sql.placeholder('appEpoch'));
  return prepare('list_sessions', (db) =>
    db
      .select()
      .from(sessions)
      .where(and(isOwn, isOfAppEpoch, isAlive(db, tables, sql.placeholder('now'))))
      .orderBy(desc(sessions.lastUsedAt)),
  );
}
