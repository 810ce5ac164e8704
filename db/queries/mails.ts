import { and, count, desc, eq, exists, gt, inArray, lte, min, type SQL, sql } from 'drizzle-orm';
import type { SecurityEvent } from '#db/store/activity.ts';
import type { MailRow, MailState, MailStore, NewMail } from '#db/store/mails.ts';
import { mailTimes, purgeTime } from '#lib/core/mail/times.ts';
import { noticeLimit } from '#lib/core/policy.ts';
import { insertIf } from './conditional-insert.ts';
import type { Db, Executor, Tables } from './executor.ts';

export function mailQueries({ tables, run, prepare }: Executor): MailStore {
  const { mails, signUps } = tables;
  // Asked by every process every few seconds, so it writes nothing where nothing is due.
  const findDue = prepare('find_due_mail', (db) =>
    db
      .select({ id: mails.id })
      .from(mails)
      .where(and(eq(mails.state, 'waiting'), lte(mails.dueAt, sql.placeholder('now'))))
      .orderBy(mails.dueAt)
      .limit(1),
  );
  return {
    async addMail(mail) {
      await run((db) => db.insert(mails).values(waiting(mail)).returning({ id: mails.id }));
    },

    async markTaken(mail, userId) {
      const { expiresAt } = mailTimes('sign_up_taken', mail.at);
      const [marked] = await run((db) => {
        const isPending = exists(db.select({ id: signUps.id }).from(signUps).where(eq(signUps.id, mails.signUpId)));
        return db
          .update(mails)
          .set({ kind: 'sign_up_taken', userId, expiresAt })
          .where(and(isAtTry(tables, mail), isPending))
          .returning();
      });
      return marked ?? null;
    },

    async claimMail(now, hiddenUntil) {
      for (;;) {
        const [due] = await findDue({ now: now.getTime() });
        if (!due) return null;
        const isDue = and(eq(mails.id, due.id), eq(mails.state, 'waiting'), lte(mails.dueAt, now));
        const [claimed] = await run((db) =>
          db
            .update(mails)
            .set({ dueAt: hiddenUntil, attempts: sql`${mails.attempts} + 1` })
            .where(isDue)
            .returning(),
        );
        // Another process may have been quicker: then the next one is asked for.
        if (claimed) return claimed;
      }
    },

    async settleMail(id, attempts, outcome) {
      const settled = await run((db) =>
        db.update(mails).set(outcome).where(isAtTry(tables, { id, attempts })).returning({ id: mails.id }),
      );
      return settled.length > 0;
    },

    async listMails(states, limit) {
      return run((db) =>
        db
          .select()
          .from(mails)
          .where(inArray(mails.state, [...states]))
          .orderBy(desc(mails.at), desc(mails.id))
          .limit(limit),
      );
    },

    async findMail(id) {
      const [mail] = await run((db) => db.select().from(mails).where(eq(mails.id, id)));
      return mail ?? null;
    },

    async findLastMail(userId) {
      const [mail] = await run((db) =>
        db.select().from(mails).where(eq(mails.userId, userId)).orderBy(desc(mails.at)).limit(1),
      );
      return mail ?? null;
    },

    async retryMails(id, now, expiresAt) {
      const which = and(eq(mails.state, 'failed'), id === null ? undefined : eq(mails.id, id));
      const again = { state: 'waiting', dueAt: now, expiresAt, purgeAt: purgeTime(expiresAt) } as const;
      const retried = await run((db) => db.update(mails).set(again).where(which).returning({ id: mails.id }));
      return retried.length;
    },

    async countMails() {
      const rows = await run((db) =>
        db
          .select({ state: mails.state, count: count(), oldest: min(mails.at) })
          .from(mails)
          .groupBy(mails.state),
      );
      const counts: Record<MailState, number> = { waiting: 0, held: 0, sent: 0, dropped: 0, failed: 0 };
      for (const row of rows) counts[row.state] = row.count;
      return { counts, oldest: rows.find(({ state }) => state === 'waiting')?.oldest ?? null };
    },
  };
}

/** Matches a mail while the try of this number is the last one. */
export function isAtTry({ mails }: Tables, { id, attempts }: { id: string; attempts: number }): SQL | undefined {
  return and(eq(mails.id, id), eq(mails.attempts, attempts), eq(mails.state, 'waiting'));
}

export function waiting(mail: NewMail) {
  return {
    ...mail,
    userId: null,
    linkId: null,
    signUpId: null,
    emailChangeId: null,
    detail: null,
    eventType: null,
    ...unsent(mail),
  };
}

function unsent({ kind, at }: Pick<MailRow, 'kind' | 'at'>) {
  return { state: 'waiting' as const, attempts: 0, dueAt: at, smtpCode: null, ...mailTimes(kind, at) };
}

/**
 * Writes the mail that tells a user of a security event, to the address that the account has in this transaction. Writes
 * none if the user was told of `noticeLimit` such events lately.
 */
export function insertNotice(
  db: Db,
  tables: Tables,
  { id, detail }: Pick<MailRow, 'id' | 'detail'>,
  { type, at, userAgent, ip, userId }: Omit<SecurityEvent, 'userId'> & { userId: string | SQL },
) {
  const { mails, users } = tables;
  const hourAgo = new Date(at.getTime() - noticeLimit.seconds * 1000);
  const isLately = and(eq(mails.userId, users.id), eq(mails.eventType, type), gt(mails.at, hourAgo));
  const told = sql`(select count(*) from ${mails} where ${isLately})`;
  const row = {
    id,
    kind: 'notice' as const,
    userId: sql`${users.id}`,
    recipient: sql`${users.email}`,
    linkId: null,
    signUpId: null,
    emailChangeId: null,
    detail,
    eventType: type,
    at,
    userAgent,
    ip,
    ...unsent({ kind: 'notice', at }),
  };
  return insertIf(db, mails, row, users, and(eq(users.id, userId), sql`${told} < ${noticeLimit.count}`)).returning({
    id: mails.id,
  });
}
