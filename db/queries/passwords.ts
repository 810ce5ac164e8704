import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { endSessions } from '#db/queries/sessions/end.ts';
import type { NewSecurityEvent } from '#db/store/activity.ts';
import type { LinkKind } from '#db/store/mail-links.ts';
import type { PasswordStore } from '#db/store/passwords.ts';
import { eventWrites } from './activity.ts';
import { voidEmailChange } from './email-changes.ts';
import type { Db, Executor, Query, Tables } from './executor.ts';
import { forgetFailures } from './proofs.ts';

export function passwordQueries({ tables, run, batch }: Executor): PasswordStore {
  const { users } = tables;
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
      await batch(
        (db) => updatePassword(db, tables, eq(users.id, userId), passwordHash),
        (db) => writesAfterReset(db, tables, userId, event),
      );
    },
  };
}

/** Writes the hash of a new password. Credentials shown before, and sessions begun before, are no longer good. */
export function updatePassword(db: Db, { users }: Tables, whose: SQL | undefined, passwordHash: string) {
  return db
    .update(users)
    .set({ passwordHash, credentialVersion: sql`${users.credentialVersion} + 1`, epoch: sql`${users.epoch} + 1` })
    .where(whose)
    .returning({ id: users.id });
}

/** Builds the writes that follow a reset: they end every session of the user, void what waits and add the event. */
export function writesAfterReset(db: Db, tables: Tables, userId: string, event: NewSecurityEvent) {
  return [
    endSessions(db, tables, eq(tables.sessions.userId, userId), 'password_changed', event.at),
    ...voidsAfterPassword(db, tables, userId),
    ...eventWrites(db, tables, event),
  ];
}

/**
 * Builds the writes that void what somebody else may have set up before a new password: links, a change of address, sign-ins
 * that wait for their second step, and devices that are not asked for it.
 */
export function voidsAfterPassword(db: Db, tables: Tables, userId: string): Query<unknown>[] {
  return [
    voidPasswordLinks(db, tables, userId),
    voidEmailChange(db, tables, userId),
    ...voidSecondSteps(db, tables, userId),
    // Whoever typed wrong codes with the old password can no more.
    forgetFailures(db, tables, userId),
  ];
}

/** Builds the writes that void sign-ins that wait for their second step, and the devices that are not asked for it. */
export function voidSecondSteps(db: Db, { secondSteps, trustedDevices }: Tables, userId: string): Query<unknown>[] {
  return [
    db.delete(secondSteps).where(eq(secondSteps.userId, userId)).returning({ id: secondSteps.id }),
    db.delete(trustedDevices).where(eq(trustedDevices.userId, userId)).returning({ id: trustedDevices.id }),
  ];
}

/** Lists the kinds of links whose holder may set the password. */
const passwordKinds: readonly LinkKind[] = ['reset', 'operator'];

/** Deletes all links with which somebody may set the user's password. */
export function voidPasswordLinks(db: Db, tables: Tables, userId: string) {
  return voidLinks(db, tables, ofUser(tables, userId, passwordKinds));
}

export function voidLinks(db: Db, { mailLinks }: Tables, which: SQL | undefined) {
  return db.delete(mailLinks).where(which).returning({ id: mailLinks.id });
}

/** Matches the user's links of these kinds. */
export function ofUser({ mailLinks }: Tables, userId: string, kinds: readonly LinkKind[]): SQL | undefined {
  return and(eq(mailLinks.userId, userId), inArray(mailLinks.kind, [...kinds]));
}
