import { and, eq, gt, isNull, type SQL, sql } from 'drizzle-orm';
import { ending } from '#db/queries/sessions/rows.ts';
import type { NewEvent } from '#db/rows.ts';
import type { Store } from '#db/store.ts';
import type { Db, Executor, Tables } from './executor.ts';

type OperatorQueries = Pick<
  Store,
  'createUser' | 'deleteUser' | 'setPassword' | 'addPasswordReset' | 'findPasswordReset' | 'redeemPasswordReset'
>;

/** What operators do to accounts, and the one-time links that they hand out. */
export function operatorQueries({ tables, run, batch }: Executor): OperatorQueries {
  const { users, events, passwordResets } = tables;
  return {
    async createUser(user, event) {
      const created = await batch(
        (db) =>
          db
            .insert(users)
            .values({ ...user, epoch: 0 })
            .onConflictDoNothing({ target: users.email })
            .returning({ id: users.id }),
        (db) => [db.insert(events).values(event).returning({ id: events.id })],
      );
      return created.length > 0 ? 'created' : 'email_taken';
    },

    async deleteUser(id) {
      const deleted = await run((db) => db.delete(users).where(eq(users.id, id)).returning({ id: users.id }));
      return deleted.length > 0;
    },

    async setPassword(userId, passwordHash, event) {
      await batch(
        (db) => newPassword(db, tables, userId, passwordHash),
        (db) => [
          ...endSessions(db, tables, userId, event),
          db.delete(passwordResets).where(eq(passwordResets.userId, userId)).returning({ id: passwordResets.userId }),
        ],
      );
    },

    async addPasswordReset(reset) {
      const { tokenHash, expiresAt } = reset;
      await run((db) =>
        db
          .insert(passwordResets)
          .values(reset)
          .onConflictDoUpdate({ target: passwordResets.userId, set: { tokenHash, expiresAt } })
          .returning({ id: passwordResets.userId }),
      );
    },

    async findPasswordReset(tokenHash, now) {
      const [found] = await run((db) =>
        db
          .select({ user: users })
          .from(passwordResets)
          .innerJoin(users, eq(users.id, passwordResets.userId))
          .where(isGood(tables, tokenHash, now)),
      );
      return found?.user ?? null;
    },

    async redeemPasswordReset({ tokenHash, userId, passwordHash, event }) {
      const used = await batch(
        (db) =>
          db
            .delete(passwordResets)
            .where(and(isGood(tables, tokenHash, event.at), eq(passwordResets.userId, userId)))
            .returning({ id: passwordResets.userId }),
        (db) => [newPassword(db, tables, userId, passwordHash), ...endSessions(db, tables, userId, event)],
      );
      return used.length > 0 ? 'used' : 'void';
    },
  };
}

function isGood({ passwordResets }: Tables, tokenHash: string, now: Date): SQL | undefined {
  return and(eq(passwordResets.tokenHash, tokenHash), gt(passwordResets.expiresAt, now));
}

function newPassword(db: Db, { users }: Tables, userId: string, passwordHash: string) {
  return db
    .update(users)
    .set({ passwordHash, epoch: sql`${users.epoch} + 1` })
    .where(eq(users.id, userId))
    .returning({ id: users.id });
}

function endSessions(db: Db, tables: Tables, userId: string, event: NewEvent) {
  const { sessions, events } = tables;
  return [
    db
      .update(sessions)
      .set(ending(tables, 'password_changed', event.at))
      .where(and(eq(sessions.userId, userId), isNull(sessions.endedAt)))
      .returning({ id: sessions.id }),
    db.insert(events).values(event).returning({ id: events.id }),
  ];
}
