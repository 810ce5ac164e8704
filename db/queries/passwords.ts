import { and, eq, isNull, sql } from 'drizzle-orm';
import { ending } from '#db/queries/sessions/conditions.ts';
import type { SecurityEvent } from '#db/store/activity.ts';
import type { PasswordStore } from '#db/store/passwords.ts';
import type { Db, Executor, Tables } from './executor.ts';

export function passwordQueries({ tables, run, batch }: Executor): PasswordStore {
  const { users, oneTimeLinks } = tables;
  return {
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

    async setPassword(userId, passwordHash, event) {
      const itsResets = and(eq(oneTimeLinks.userId, userId), eq(oneTimeLinks.purpose, 'password_reset'));
      await batch(
        (db) => setPassword(db, tables, userId, passwordHash),
        (db) => [
          ...endSessions(db, tables, userId, event),
          db.delete(oneTimeLinks).where(itsResets).returning({ id: oneTimeLinks.userId }),
        ],
      );
    },
  };
}

/** Writes the hash of a new password. What was shown before to sign in counts no more. */
export function setPassword(db: Db, { users }: Tables, userId: string, passwordHash: string) {
  return db
    .update(users)
    .set({ passwordHash, credentialVersion: sql`${users.credentialVersion} + 1`, epoch: sql`${users.epoch} + 1` })
    .where(eq(users.id, userId))
    .returning({ id: users.id });
}

/** Ends every session of a user whose password was set, and writes the event. */
export function endSessions(db: Db, tables: Tables, userId: string, event: SecurityEvent) {
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
