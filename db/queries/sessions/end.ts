import { and, eq, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { Db, Executor, Tables } from '#db/queries/executor.ts';
import type { EndReason, SessionStore } from '#db/store/sessions.ts';
import { ending, isAlive } from './conditions.ts';

type EndQueries = Pick<SessionStore, 'endByVersion' | 'endSession' | 'endOwnSession' | 'endAllSessions'>;

/** The ways to end sessions. Each writes its event along, or nothing. */
export function endQueries({ tables, batch }: Executor): EndQueries {
  const { users, sessions, events } = tables;
  const end = (db: Db, reason: EndReason, at: Date, which: SQL | undefined) =>
    db
      .update(sessions)
      .set(ending(tables, reason, at))
      .where(which)
      .returning({ id: sessions.id });

  return {
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

    // The raised epoch also reaches sessions that begin in the same moment.
    async endAllSessions(userId, exceptId, event) {
      const epoch = sql`(select ${users.epoch} from ${users} where ${eq(users.id, userId)})`;
      const open = and(eq(sessions.userId, userId), isNull(sessions.endedAt));
      await batch(
        (db) =>
          db
            .update(users)
            .set({ epoch: sql`${users.epoch} + 1` })
            .where(eq(users.id, userId))
            .returning({ id: users.id }),
        (db) => [
          ...(exceptId === null ? [] : [lift(db, tables, and(open, eq(sessions.id, exceptId)), epoch)]),
          end(db, 'signed_out_everywhere', event.at, and(open, lt(sessions.userEpoch, epoch))),
          db.insert(events).values(event).returning({ id: events.id }),
        ],
      );
    },
  };
}

/** Lifts a session from the epoch that was in force a moment ago: one that was over before stays over. */
function lift(db: Db, { sessions }: Tables, which: SQL | undefined, epoch: SQL) {
  return db
    .update(sessions)
    .set({ userEpoch: epoch, version: sql`${sessions.version} + 1` })
    .where(and(which, eq(sessions.userEpoch, sql`${epoch} - 1`)))
    .returning({ id: sessions.id });
}
