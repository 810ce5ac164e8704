import {
  type AnyColumn,
  and,
  count,
  desc,
  eq,
  exists,
  gt,
  inArray,
  lte,
  min,
  notExists,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import type { NewSecurityEvent } from '#db/store/activity.ts';
import type { MailRow, MailState, MailStore, NewMail } from '#db/store/mails.ts';
import { mailTimes, purgeTime } from '#lib/core/mail/times.ts';
import { noticeLimit } from '#lib/core/policy.ts';
import { insertIf } from './conditional-insert.ts';
import type { Db, Executor, Query, Tables } from './executor.ts';
import { isUndoOf } from './undo-links.ts';

export function mailQueries({ tables, run, prepare }: Executor): MailStore {
  const { mails, users, signUps, emailChanges } = tables;
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

    async markTaken(mail, { userId, keptUntil }) {
      const kind = mail.kind === 'email_code' ? 'email_taken' : 'sign_up_taken';
      const { expiresAt } = mailTimes(kind, mail.at);
      const detail = keptUntil === null ? null : keptUntil.toISOString();
      const [marked] = await run((db) => {
        const isSignUp = exists(db.select({ id: signUps.id }).from(signUps).where(eq(signUps.id, mails.signUpId)));
        const { id } = emailChanges;
        const isChange = exists(db.select({ id }).from(emailChanges).where(eq(id, mails.emailChangeId)));
        return db
          .update(mails)
          .set({ kind, userId, detail, expiresAt })
          .where(and(isAtTry(tables, mail), or(isSignUp, isChange)))
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
      const isOwn = and(eq(users.id, mails.userId), eq(users.email, mails.recipient));
      const [found] = await run((db) =>
        db
          .select({ mail: mails })
          .from(mails)
          .innerJoin(users, isOwn)
          .where(eq(mails.userId, userId))
          .orderBy(desc(mails.at))
          .limit(1),
      );
      return found?.mail ?? null;
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

/** Writes a mail with whatever else is known of it. */
export function insertMail(db: Db, { mails }: Tables, mail: NewMail & Partial<MailRow>) {
  return db
    .insert(mails)
    .values({ ...waiting(mail), ...mail })
    .returning({ id: mails.id });
}

interface Notice {
  id: string;
  kind?: 'notice' | 'email_asked';
  detail: string | SQL | null;
  /** Replaces `detail` in the mails to other addresses than the account's, if it is given. */
  detailElsewhere?: string | null | undefined;
}

type Noticed = Omit<NewSecurityEvent, 'userId'> & { userId: string | SQL };

/**
 * Builds the writes of the mails that tell a user of a security event: to the address that the account has in this transaction,
 * and to each that a living undo link can bring back. Writes none to an address that was told of `noticeLimit` such events
 * lately.
 */
export function insertNotices(db: Db, tables: Tables, notice: Notice, event: Noticed): Query<unknown>[] {
  return [insertNotice(db, tables, notice, event), insertKeptNotices(db, tables, notice, event)];
}

export function insertNotice(db: Db, tables: Tables, notice: Notice, event: Noticed) {
  const { mails, users } = tables;
  const row = {
    ...noticeRow(notice, event),
    id: notice.id,
    userId: sql`${users.id}`,
    recipient: sql`${users.email}`,
    linkId: null,
  };
  const isTold = and(eq(users.id, event.userId), isUnderLimit(tables, users.id, users.email, event));
  return insertIf(db, mails, row, users, isTold).returning({ id: mails.id });
}

/** Writes one mail for each address, whose last link counts. Its id is made of the notice's and the link's. */
function insertKeptNotices(db: Db, tables: Tables, notice: Notice, event: Noticed) {
  const { mails, mailLinks, users } = tables;
  const row = {
    ...noticeRow({ ...notice, detail: notice.detailElsewhere ?? notice.detail }, event),
    id: sql`cast(${notice.id} as text) || '.' || ${mailLinks.id}`,
    userId: sql`${mailLinks.userId}`,
    recipient: sql`${mailLinks.email}`,
    linkId: sql`${mailLinks.id}`,
  };
  const own = isUndoOf(tables, event.userId);
  const isPresent = and(eq(users.id, mailLinks.userId), eq(users.email, mailLinks.email));
  const last = sql`(select max(l.expires_at) from ${mailLinks} l where l.user_id = ${mailLinks.userId} and l.kind = 'undo' and l.email = ${mailLinks.email})`;
  const isTold = and(
    own,
    gt(mailLinks.expiresAt, event.at),
    eq(mailLinks.expiresAt, last),
    notExists(db.select({ id: users.id }).from(users).where(isPresent)),
    isUnderLimit(tables, mailLinks.userId, mailLinks.email, event),
  );
  return insertIf(db, mails, row, mailLinks, isTold).returning({ id: mails.id });
}

/**
 * Matches while an address was told of fewer than `noticeLimit` such events lately; always for an account that will be deleted:
 * whoever closes and keeps it ten times must not silence the eleventh.
 */
function isUnderLimit(
  { mails }: Tables,
  userId: AnyColumn,
  recipient: AnyColumn,
  { type, at }: Noticed,
): SQL | undefined {
  if (type === 'account_closing') return undefined;
  const since = new Date(at.getTime() - noticeLimit.seconds * 1000);
  const isSuch = and(eq(mails.userId, userId), eq(mails.eventType, type), gt(mails.at, since));
  return sql`(select count(*) from ${mails} where ${and(isSuch, eq(mails.recipient, recipient))}) < ${noticeLimit.count}`;
}

function noticeRow({ kind = 'notice', detail }: Notice, { type, at, userAgent, ip }: Noticed) {
  const about = { detail, eventType: type, at, userAgent, ip };
  return { kind, signUpId: null, emailChangeId: null, ...about, ...unsent({ kind, at }) };
}
