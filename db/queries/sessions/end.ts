import { and, eq, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import { type EventToWrite, eventWrites } from '#db/queries/activity.ts';
import type { Db, Executor, Tables } from '#db/queries/executor.ts';
import type { EndReason, SessionStore } from '#db/store/sessions.ts';
import { isAlive } from './alive.ts';
import { isOneWith } from './successors.ts';

type EndQueries = Pick<SessionStore, 'endByVersion' | 'endSession' | 'endOwnSession' | 'endAllSessions'>;

/** Builds the queries that end sessions. Each writes its event in the same transaction, or writes nothing. */
export function endQueries({ tables, batch }: Executor): EndQueries {
  const { users, sessions } = tables;

  /** Ends a session that `which` matches, and what is one with it. */
  async function end(id: string, which: (db: Db) => SQL | undefined, reason: EndReason, event: EventToWrite) {
    const { at } = event;
    const ended = await batch(
      (db) => endSessions(db, tables, and(eq(sessions.id, id), which(db)), reason, at),
      (db) => [endSessions(db, tables, isOneWith(tables, id), reason, at), ...eventWrites(db, tables, event)],
    );
    return ended.length > 0;
  }

  return {
    endByVersion: (id, version, reason, event) => end(id, () => eq(sessions.version, version), reason, event),

    async endSession(id, reason, event) {
      const userId = sql`(select ${sessions.userId} from ${sessions} where ${eq(sessions.id, id)})`;
      const isThisAlive = (db: Db) => isAlive(db, tables, event.at.getTime());
      return end(id, isThisAlive, reason, { ...event, userId, sessionId: id });
    },

    async endOwnSession(userId, id, event) {
      const isOwnAlive = (db: Db) => and(eq(sessions.userId, userId), isAlive(db, tables, event.at.getTime()));
      return end(id, isOwnAlive, 'ended_elsewhere', event);
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

/**
 * Moves a session, and what is one with it, from the epoch before `epoch` to `epoch`. A session of a still older epoch was
 * over and stays so.
 */
export function moveToEpoch(db: Db, tables: Tables, { id, userId, epoch }: { id: string; userId: string; epoch: SQL }) {
  const { sessions } = tables;
  const isCurrent = eq(sessions.userEpoch, sql`${epoch} - 1`);
  const isKept = or(eq(sessions.id, id), isOneWith(tables, id));
  return db
    .update(sessions)
    .set({ userEpoch: epoch, version: sql`${sessions.version} + 1` })
    .where(and(isKept, eq(sessions.userId, userId), isNull(sessions.endedAt), isCurrent))
    .returning({ id: sessions.id });
}
