import { and, eq, sql } from 'drizzle-orm';
import { endSessions } from '#db/queries/sessions/end.ts';
import type { SecurityEvent } from '#db/store/activity.ts';
import type { PasswordStore } from '#db/store/passwords.ts';
import { insertEvent } from './activity.ts';
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
      const isResetLink = and(eq(oneTimeLinks.userId, userId), eq(oneTimeLinks.purpose, 'password_reset'));
      await batch(
        (db) => updatePassword(db, tables, userId, passwordHash),
        (db) => [
          ...writesAfterReset(db, tables, userId, event),
          db.delete(oneTimeLinks).where(isResetLink).returning({ id: oneTimeLinks.userId }),
        ],
      );
    },
  };
}

/** Writes the hash of a new password. Credentials shown before, and sessions begun before, are no longer good. */
export function updatePassword(db: Db, { users }: Tables, userId: string, passwordHash: string) {
  return db
    .update(users)
    .set({ passwordHash, credentialVersion: sql`${users.credentialVersion} + 1`, epoch: sql`${users.epoch} + 1` })
    .where(eq(users.id, userId))
    .returning({ id: users.id });
}

/** Builds the writes that follow a reset: one ends every session of the user, one adds the event. */
export function writesAfterReset(db: Db, tables: Tables, userId: string, event: SecurityEvent) {
  return [
    endSessions(db, tables, eq(tables.sessions.userId, userId), 'password_changed', event.at),
    insertEvent(db, tables, event),
  ];
}
