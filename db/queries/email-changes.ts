import { and, eq, exists, gt, lt, type SQL, sql } from 'drizzle-orm';
import type { EmailChange, EmailChangeStore } from '#db/store/email-changes.ts';
import { codeTries } from '#lib/core/policy.ts';
import { eventWrites } from './activity.ts';
import { insertIf } from './conditional-insert.ts';
import type { Db, Executor, Tables } from './executor.ts';
import { insertMail, insertNotices } from './mails.ts';
import { isAsking } from './sessions/alive.ts';

type WaitingQueries = Pick<
  EmailChangeStore,
  'askEmailChange' | 'findEmailChange' | 'countEmailTry' | 'dropEmailChange' | 'verifyEmail'
>;

/** Builds the queries of changes that wait for their code. */
export function emailChangeQueries({ tables, run, batch }: Executor): WaitingQueries {
  const { users, emailChanges } = tables;
  return {
    async askEmailChange({ change, sessionId, codeMail, told }) {
      const { userId, ...replaced } = change;
      const asked = await batch(
        (db) =>
          insertIf(
            db,
            emailChanges,
            change,
            users,
            and(eq(users.id, userId), isAsking(db, tables, userId, sessionId, codeMail.at)),
          )
            .onConflictDoUpdate({ target: emailChanges.userId, set: replaced })
            .returning({ id: emailChanges.id }),
        (db) => [
          insertMail(db, tables, { ...codeMail, userId, emailChangeId: change.id }),
          ...(told === null
            ? []
            : [
                ...eventWrites(db, tables, told.event),
                ...insertNotices(db, tables, { kind: 'email_asked', ...told.askedMail }, told.event),
              ]),
        ],
      );
      return asked.length > 0;
    },

    async findEmailChange(userId, now) {
      const isOpen = isWaiting(tables, userId, now);
      const [found] = await run((db) => db.select().from(emailChanges).where(isOpen));
      return found ?? null;
    },

    async countEmailTry(userId, now) {
      const [counted] = await run((db) =>
        db
          .update(emailChanges)
          .set({ tries: sql`${emailChanges.tries} + 1` })
          .where(isWaiting(tables, userId, now))
          .returning(),
      );
      return counted ?? null;
    },

    async dropEmailChange(userId) {
      await run((db) => voidEmailChange(db, tables, userId));
    },

    async verifyEmail({ change, sessionId, event }) {
      const { userId, email } = change;
      const verified = await batch(
        (db) => {
          const isAsked = exists(
            db
              .select({ id: emailChanges.id })
              .from(emailChanges)
              .where(isThis(tables, change, event.at)),
          );
          return db
            .update(users)
            .set({ emailVerifiedAt: event.at, emailVouched: false })
            .where(
              and(
                eq(users.id, userId),
                eq(users.email, email),
                isAsked,
                isAsking(db, tables, userId, sessionId, event.at),
              ),
            )
            .returning({ id: users.id });
        },
        (db) => [voidEmailChange(db, tables, userId), ...eventWrites(db, tables, event)],
      );
      return verified.length > 0;
    },
  };
}

/** Gives up a change of the user's address that waits for its code. */
export function voidEmailChange(db: Db, { emailChanges }: Tables, userId: string) {
  return db.delete(emailChanges).where(eq(emailChanges.userId, userId)).returning({ id: emailChanges.id });
}

/** Matches exactly this change while its time is not over, however many codes were typed for it. */
export function isThis({ emailChanges }: Tables, { userId, id, email }: EmailChange, now: Date): SQL | undefined {
  return and(
    eq(emailChanges.userId, userId),
    eq(emailChanges.id, id),
    eq(emailChanges.email, email),
    gt(emailChanges.expiresAt, now),
  );
}

function isWaiting({ emailChanges }: Tables, userId: string, now: Date): SQL | undefined {
  return and(eq(emailChanges.userId, userId), gt(emailChanges.expiresAt, now), lt(emailChanges.tries, codeTries));
}
