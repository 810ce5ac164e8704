import { and, eq, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { eventWrites } from '#db/queries/activity.ts';
import type { Db, Executor, Tables } from '#db/queries/executor.ts';
import type { EndReason, SessionStore } from '#db/store/sessions.ts';
import { isAlive } from './alive.ts';

type EndQueries = Pick<SessionStore, 'endByVersion' | 'endSession' | 'endOwnSession' | 'endAllSessions'>;

/** Builds the queries that end sessions. Each writes its event in the same transaction, or writes nothing. */
export function endQueries({ tables, batch }: Executor): EndQueries {
  const { users, sessions } = tables;
  return {
    async endByVersion(id, version, reason, event) {
      const atVersion = and(eq(sessions.id, id), eq(sessions.version, version));
      const ended = await batch(
        (db) => endSessions(db, tables, atVersion, reason, event.at),
        (db) => eventWrites(db, tables, event),
      );
      return ended.length > 0;
    },

    async endSession(id, reason, event) {
      const isThis = eq(sessions.id, id);
      const isThisAlive = (db: Db) => and(isThis, isAlive(db, tables, event.at.getTime()));
      const userId = sql`(select ${sessions.userId} from ${sessions} where ${isThis})`;
      const ended = await batch(
        (db) => endSessions(db, tables, isThisAlive(db), reason, event.at),
        (db) => eventWrites(db, tables, { ...event, userId, sessionId: id }),
      );
      return ended.length > 0;
    },

    async endOwnSession(userId, id, event) {
      const isThis = and(eq(sessions.id, id), eq(sessions.userId, userId));
      const isThisAlive = (db: Db) => and(isThis, isAlive(db, tables, event.at.getTime()));
      const ended = await batch(
        (db) => endSessions(db, tables, isThisAlive(db), 'ended_elsewhere', event.at),
        (db) => eventWrites(db, tables, event),
      );
      return ended.length > 0;
    },

    async endAllSessions(userId, exceptId, event) {
      const epoch = sql`(select ${users.epoch} from ${users} where ${eq(users.id, userId)})`;
      const isOld = and(eq(sessions.userId, userId), lt(sessions.userEpoch, epoch));
      await batch(
        // The raised epoch also reaches sessions that begin in the same moment.
        (db) => raiseEpoch(db, tables, userId),
        (db) => [
          ...(exceptId === null ? [] : [moveToEpoch(db, tables, { id: exceptId, userId, epoch })]),
          endSessions(db, tables, isOld, 'signed_out_everywhere', event.at),
          ...eventWrites(db, tables, event),
        ],
      );
    },
  };
}

/** Ends the sessions that match `which`, except those that were ended before: these keep their time and reason. */
export function endSessions(db: Db, { sessions }: Tables, which: SQL | undefined, endReason: EndReason, at: Date) {
  return db
    .update(sessions)
    .set({ endedAt: at.getTime(), endReason, version: sql`${sessions.version} + 1` })
    .where(and(which, isNull(sessions.endedAt)))
    .returning({ id: sessions.id });
}

function raiseEpoch(db: Db, { users }: Tables, userId: string) {
  return db
    .update(users)
    .set({ epoch: sql`${users.epoch} + 1` })
    .where(eq(users.id, userId))
    .returning({ id: users.id });
}

/** Moves a session from the epoch before `epoch` to `epoch`. A session of a still older epoch was over and stays so. */
function moveToEpoch(db: Db, { sessions }: Tables, { id, userId, epoch }: { id: string; userId: string; epoch: SQL }) {
  const isCurrent = eq(sessions.userEpoch, sql`${epoch} - 1`);
  return db
    .update(sessions)
    .set({ userEpoch: epoch, version: sql`${sessions.version} + 1` })
    .where(and(eq(sessions.id, id), eq(sessions.userId, userId), isNull(sessions.endedAt), isCurrent))
    .returning({ id: sessions.id });
}
