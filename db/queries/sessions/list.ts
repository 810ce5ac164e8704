import { and, count, desc, eq, gt, gte, isNull, sql } from 'drizzle-orm';
import type { Executor } from '#db/queries/executor.ts';
import type { SessionStore } from '#db/store/sessions.ts';
import { isAlive } from './conditions.ts';

/** Living sessions, listed and counted. */
export function listQueries(executor: Executor): Pick<SessionStore, 'listSessions' | 'countSessions'> {
  const { sessions } = executor.tables;
  const list = listSessions(executor);
  return {
    listSessions: (userId, now, appEpoch) => list({ userId, now: now.getTime(), appEpoch }),

    async countSessions(now, appEpoch) {
      const time = now.getTime();
      const living = and(
        isNull(sessions.endedAt),
        gt(sessions.idleExpiresAt, time),
        gt(sessions.expiresAt, time),
        gte(sessions.appEpoch, appEpoch),
      );
      const [counted] = await executor.run((db) => db.select({ total: count() }).from(sessions).where(living));
      return counted?.total ?? 0;
    },
  };
}

function listSessions({ tables, prepare }: Executor) {
  const { sessions } = tables;
  const isOwn = eq(sessions.userId, sql.placeholder('userId'));
  const isOfEpoch = gte(sessions.appEpoch, sql.placeholder('appEpoch'));
  return prepare('list_sessions', (db) =>
    db
      .select()
      .from(sessions)
      .where(and(isOwn, isOfEpoch, isAlive(db, tables, sql.placeholder('now'))))
      .orderBy(desc(sessions.lastUsedAt)),
  );
}
