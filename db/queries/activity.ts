import { and, count, desc, eq, gt, inArray, max, type SQL, sql } from 'drizzle-orm';
import type { ActivityStore, NewSecurityEvent } from '#db/store/activity.ts';
import type { Db, Executor, Query, Tables } from './executor.ts';
import { insertNotices } from './mails.ts';

export function activityQueries({ tables, run, batch }: Executor): ActivityStore {
  const { events, users } = tables;
  const isSignIn = inArray(events.type, ['signed_in', 'signed_up']);
  return {
    async addSecurityEvent(event) {
      if (event.noticeId === undefined) await run((db) => insertEvent(db, tables, event));
      else
        await batch(
          (db) => insertEvent(db, tables, event),
          (db) => noticesOf(db, tables, event),
        );
    },

    async hasSignedInFrom(email, ip, since) {
      const found = await run((db) =>
        db
          .select({ id: events.id })
          .from(events)
          .innerJoin(users, eq(users.id, events.userId))
          .where(and(eq(users.email, email), gt(events.at, since), eq(events.ip, ip), isSignIn))
          .limit(1),
      );
      return found.length > 0;
    },

    async listSignInDevices(userId, since) {
      return run((db) =>
        db
          .select({ userAgent: events.userAgent, ip: events.ip })
          .from(events)
          .where(and(eq(events.userId, userId), gt(events.at, since), isSignIn))
          .groupBy(events.userAgent, events.ip)
          .orderBy(desc(max(events.at)))
          .limit(500),
      );
    },

    async listSecurityEvents(userId, { page, size }) {
      const own = eq(events.userId, userId);
      // One statement, so that items and total agree. An empty page still has one row, which carries the total.
      const rows = await run((db) => {
        const counted = db
          .select({ total: count().as('total') })
          .from(events)
          .where(own)
          .as('counted');
        const paged = db
          .select()
          .from(events)
          .where(own)
          .orderBy(desc(events.at), desc(events.id))
          .limit(size)
          .offset((page - 1) * size)
          .as('event');
        return db.select().from(counted).leftJoin(paged, sql`true`).orderBy(desc(paged.at), desc(paged.id));
      });
      return { items: rows.flatMap(({ event }) => event ?? []), total: rows[0]?.counted.total ?? 0 };
    },
  };
}

/** A security event to be written. In a batch, `userId` may be an expression that finds the user. */
export type EventToWrite = Omit<NewSecurityEvent, 'userId' | 'noticeDetail'> & {
  userId: string | SQL;
  noticeDetail?: string | SQL;
};

/**
 * Builds the writes of a security event: its row, and the mails that tell the owner of it, if they do. `detailElsewhere` is what
 * only those to an earlier address say.
 */
export function eventWrites(
  db: Db,
  tables: Tables,
  event: EventToWrite,
  detailElsewhere?: string | null,
): Query<unknown>[] {
  return [insertEvent(db, tables, event), ...noticesOf(db, tables, event, detailElsewhere)];
}

function noticesOf(db: Db, tables: Tables, event: EventToWrite, detailElsewhere?: string | null): Query<unknown>[] {
  const { noticeId, noticeDetail: detail = null, ...row } = event;
  return noticeId === undefined ? [] : insertNotices(db, tables, { id: noticeId, detail, detailElsewhere }, row);
}

function insertEvent(db: Db, { events }: Tables, { noticeId: _, noticeDetail: __, ...row }: EventToWrite) {
  return db.insert(events).values(row).returning({ id: events.id });
}
