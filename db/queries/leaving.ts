import { and, eq, gt, isNull, lt, max, not, type SQL, sql } from 'drizzle-orm';
import type { LastNotice, LeavingAccount, LeavingStore } from '#db/store/leaving.ts';
import { eventWrites } from './activity.ts';
import { voidEmailChange } from './email-changes.ts';
import type { Db, Executor, Query, Tables } from './executor.ts';
import { waiting } from './mails.ts';
import { voidPasswordLinks } from './passwords.ts';
import { isAsking } from './sessions/alive.ts';
import { endSessions } from './sessions/end.ts';
import { hasLivingUndo } from './undo-links.ts';

export function leavingQueries({ tables, run, batch }: Executor): LeavingStore {
  const { users, sessions, mailLinks } = tables;

  /** Matches while the session that asks is alive; always, where an operator asks. */
  const isAskedBy = (db: Db, userId: string, sessionId: string | null, at: Date) =>
    sessionId === null ? undefined : isAsking(db, tables, userId, sessionId, at);

  async function deleteIf(account: LeavingAccount, last: LastNotice, condition: (db: Db) => SQL | undefined) {
    const deleted = await batch(
      (db) => {
        const isSame = and(eq(users.id, account.id), eq(users.email, account.email));
        return db
          .delete(users)
          .where(and(isSame, not(hasLivingUndo(db, tables, last.at)), condition(db)))
          .returning({ id: users.id });
      },
      (db) => lastMail(db, tables, account, last),
    );
    return deleted.length > 0;
  }

  return {
    async closeAccount({ userId, askingSessionId, deletesAt, event }) {
      const closed = await batch(
        (db) =>
          db
            .update(users)
            .set({ deletesAt, epoch: sql`${users.epoch} + 1` })
            .where(and(eq(users.id, userId), isNull(users.deletesAt), isAskedBy(db, userId, askingSessionId, event.at)))
            .returning({ id: users.id }),
        (db) => [
          endSessions(db, tables, eq(sessions.userId, userId), 'account_closed', event.at),
          voidPasswordLinks(db, tables, userId),
          voidEmailChange(db, tables, userId),
          ...eventWrites(db, tables, event),
        ],
      );
      return closed.length > 0;
    },

    deleteAccount: (account, askingSessionId, last) =>
      deleteIf(account, last, (db) => isAskedBy(db, account.id, askingSessionId, last.at)),

    async deleteDueAccount(last) {
      const isDue = lt(users.deletesAt, last.at);
      for (;;) {
        const [due] = await run((db) =>
          db
            .select({ id: users.id, email: users.email })
            .from(users)
            .where(and(isDue, not(hasLivingUndo(db, tables, last.at))))
            .orderBy(users.deletesAt)
            .limit(1),
        );
        if (!due) return null;
        // Asked again: somebody may have signed in since it was found. Then the next one is looked for.
        if (await deleteIf(due, last, () => isDue)) return due.id;
      }
    },

    async findUndoEnd(userId, now) {
      const [undo] = await run((db) =>
        db
          .select({ end: max(mailLinks.expiresAt) })
          .from(mailLinks)
          .where(and(eq(mailLinks.userId, userId), eq(mailLinks.kind, 'undo'), gt(mailLinks.expiresAt, now))),
      );
      return undo?.end ?? null;
    },
  };
}

/** Writes the mail that tells of the deletion, by values: the account, which has the address, is gone by now. */
function lastMail(db: Db, { mails }: Tables, account: LeavingAccount, last: LastNotice): Query<unknown>[] {
  const { noticeId, at, userAgent, ip } = last;
  if (noticeId === undefined) return [];
  const mail = waiting({ id: noticeId, kind: 'notice', recipient: account.email, at, userAgent, ip });
  const row = { ...mail, userId: account.id, eventType: 'account_deleted' as const };
  return [db.insert(mails).values(row).returning({ id: mails.id })];
}
