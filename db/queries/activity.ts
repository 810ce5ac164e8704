import { and, count, desc, eq, gt, inArray, type SQL, sql } from 'drizzle-orm';
import type { ActivityStore, SecurityEvent } from '#db/store/activity.ts';
import type { Db, Executor, Tables } from './executor.ts';

export function activityQueries({ tables, run }: Executor): ActivityStore {
  const { events, users } = tables;
  return {
    async addSecurityEvent(event) {
      await run((db) => insertEvent(db, tables, event));
    },

    async hasSignedInFrom(email, ip, since) {
      const isSignIn = inArray(events.type, ['signed_in', 'signed_up']);
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

/** Inserts a security event. In a batch, `userId` may be an expression that finds the user. */
export function insertEvent(
  db: Db,
  { events }: Tables,
  event: Omit<SecurityEvent, 'userId'> & { userId: string | SQL },
) {
  return db.insert(events).values(event).returning({ id: events.id });
}
