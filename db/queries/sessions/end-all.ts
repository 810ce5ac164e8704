import { and, eq, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { Db, Executor, Tables } from '#db/queries/executor.ts';
import type { Store } from '#db/store.ts';
import { ending } from './rows.ts';

/** Ends all of a user's sessions by raising the epoch, which also reaches those that begin in the same moment. */
export function signOutEverywhereQueries({ tables, batch }: Executor): Pick<Store, 'endAllSessions'> {
  const { users, sessions, events } = tables;
  return {
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
          db
            .update(sessions)
            .set(ending(tables, 'signed_out_everywhere', event.at))
            .where(and(open, lt(sessions.userEpoch, epoch)))
            .returning({ id: sessions.id }),
          db.insert(events).values(event).returning({ id: events.id }),
        ],
      );
    },
  };
}

/** Only from the epoch that was in force a moment ago: a session that was over before stays over. */
function lift(db: Db, { sessions }: Tables, which: SQL | undefined, epoch: SQL) {
  return db
    .update(sessions)
    .set({ userEpoch: epoch, version: sql`${sessions.version} + 1` })
    .where(and(which, eq(sessions.userEpoch, sql`${epoch} - 1`)))
    .returning({ id: sessions.id });
}
