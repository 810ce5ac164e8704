import { and, desc, eq, gte, isNull, type SQL, sql } from 'drizzle-orm';
import type { EndReason } from '#db/rows.ts';
import type { Store } from '#db/store.ts';
import { ending, isAlive } from './conditions.ts';
import type { Db, Executor } from './executor.ts';

type SessionQueries = Pick<Store, 'listSessions' | 'endByVersion' | 'endSession' | 'endOwnSession'>;

/** A user's sessions, and the ways to end one of them. */
export function sessionQueries({ tables, run, batch }: Executor): SessionQueries {
  const { sessions, events } = tables;
  const end = (db: Db, reason: EndReason, at: Date, which: SQL | undefined) =>
    db
      .update(sessions)
      .set(ending(tables, reason, at))
      .where(which)
      .returning({ id: sessions.id });

  return {
    listSessions: (userId, now, appEpoch) =>
      run((db) =>
        db
          .select()
          .from(sessions)
          .where(and(eq(sessions.userId, userId), gte(sessions.appEpoch, appEpoch), isAlive(db, tables, now.getTime())))
          .orderBy(desc(sessions.lastUsedAt)),
      ),

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
