import { and, eq } from 'drizzle-orm';
import { endReplaced, firstRow } from '#db/queries/sessions/rows.ts';
import type { Store } from '#db/store.ts';
import type { Executor } from './executor.ts';

type UserQueries = Pick<Store, 'register' | 'findUserByEmail' | 'findUser' | 'upgradePasswordHash'>;

/** Accounts. */
export function userQueries({ tables, run, batch }: Executor): UserQueries {
  const { users, sessions, events } = tables;
  return {
    async register({ user, session, endSessionId, event }) {
      const registered = await batch(
        (db) =>
          db
            .insert(users)
            .values({ ...user, epoch: 0 })
            .onConflictDoNothing({ target: users.email })
            .returning({ id: users.id }),
        (db) => [
          db.insert(sessions).values(firstRow(session, 0)).returning({ id: sessions.id }),
          ...(endSessionId === null ? [] : [endReplaced(db, tables, endSessionId, session.createdAt)]),
          db.insert(events).values(event).returning({ id: events.id }),
        ],
      );
      return registered.length > 0 ? 'registered' : 'email_taken';
    },

    async findUserByEmail(email) {
      const [user] = await run((db) => db.select().from(users).where(eq(users.email, email)));
      return user ?? null;
    },

    async findUser(id) {
      const [user] = await run((db) => db.select().from(users).where(eq(users.id, id)));
      return user ?? null;
    },

    async upgradePasswordHash(userId, from, to) {
      const upgraded = await run((db) =>
        db
          .update(users)
          .set({ passwordHash: to })
          .where(and(eq(users.id, userId), eq(users.passwordHash, from)))
          .returning({ id: users.id }),
      );
      return upgraded.length > 0;
    },
  };
}
