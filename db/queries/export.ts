import { type AnyColumn, and, asc, eq, ne, type SQL, sql } from 'drizzle-orm';
import type { Cursor, ExportStore } from '#db/store/export.ts';
import type { Executor } from './executor.ts';

export function exportQueries({ tables, run }: Executor): ExportStore {
  const { sessions, events, mails } = tables;
  return {
    listSessionsAfter: (userId, after, size) =>
      run((db) =>
        db
          .select()
          .from(sessions)
          .where(and(eq(sessions.userId, userId), isAfter({ at: sessions.createdAt, id: sessions.id }, after)))
          .orderBy(asc(sessions.createdAt), asc(sessions.id))
          .limit(size),
      ),

    listEventsAfter: (userId, after, size) =>
      run((db) =>
        db
          .select()
          .from(events)
          .where(and(eq(events.userId, userId), isAfter(events, after)))
          .orderBy(asc(events.at), asc(events.id))
          .limit(size),
      ),

    listMailsAfter: (userId, after, size) =>
      run((db) =>
        db
          .select()
          .from(mails)
          // Whether the code for another address was mailed there tells who has an account.
          .where(and(eq(mails.userId, userId), ne(mails.kind, 'email_code'), isAfter(mails, after)))
          .orderBy(asc(mails.at), asc(mails.id))
          .limit(size),
      ),
  };
}

/** Matches the rows that follow a page whose last row is `after`, in the order of time and id. */
export function isAfter({ at, id }: Record<'at' | 'id', AnyColumn>, after: Cursor | null): SQL | undefined {
  return after === null ? undefined : sql`(${at}, ${id}) > (${sql.param(after.at, at)}, ${after.id})`;
}
