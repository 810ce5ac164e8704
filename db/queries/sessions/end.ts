import { and, desc, eq, gte, isNull, type SQL, sql } from 'drizzle-orm';
import type { Db, Executor } from '#db/queries/executor.ts';
import type { EndReason } from '#db/rows.ts';
import type { Store } from '#db/store.ts';
import { ending, isAlive } from './rows.ts';

type SessionQueries = Pick<Store, 'listSessions' | 'endByVersion' | 'endSession' | 'endOwnSession'>;

/** A user's sessions, and the ways to end one of them. */
export function sessionQueries(executor: Executor): SessionQueries {
  const { tables, batch } = executor;
  const { sessions, events } = tables;
  const list = listSessions(executor);
  const end = (db: Db, reason: EndReason, at: Date, which: SQL | undefined) =>
    db
      .update(sessions)
      .set(ending(tables, reason, at))
      .where(which)
      .returning({ id: sessions.id });

  return {
    listSessions: (userId, now, appEpoch) => list({ userId, now: now.getTime(), appEpoch }),

    async endByVersion(id, version, reason, event) {
      const atVersion = and(eq(sessions.id, id), eq(sessions.version, version), isNull(sessions.endedAt));
      const ended = await batch(
        (db) => end(db, reason, event.at, atVersion),
        (db) => [db.insert(events).values(event).returning({ id: events.id })],
      );
      return ended.length > 0;
    },

    async endSession(id, reason, event) {
      const userId = sql`(select ${sessions.userId} from ${sessions} where ${eq(sessions.id, id)})`;
      const ended = await batch(
        (db) => end(db, reason, event.at, and(eq(sessions.id, id), isAlive(db, tables, event.at.getTime()))),
        (db) => [
          db
            .insert(events)
            .values({ ...event, userId, sessionId: id })
            .returning({ id: events.id }),
        ],
      );
      return ended.length > 0;
    },

    async endOwnSession(userId, id, event) {
      const own = and(eq(sessions.id, id), eq(sessions.userId, userId));
      const ended = await batch(
        (db) => end(db, 'ended_elsewhere', event.at, and(own, isAlive(db, tables, event.at.getTime()))),
        (db) => [db.insert(events).values(event).returning({ id: events.id })],
      );
      return ended.length > 0;
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
