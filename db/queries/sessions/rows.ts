/** Conditions and rows that several queries share. */
import { and, eq, exists, gt, isNull, lte, type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { Db, Tables } from '#db/queries/executor.ts';
import type { EndReason, NewSession } from '#db/rows.ts';

/** The session may still be used at `now` (ms), as far as its row and its user's epoch tell. */
export function isAlive(db: Db, { users, sessions }: Tables, now: number | Placeholder): SQL | undefined {
  const owner = and(eq(users.id, sessions.userId), lte(users.epoch, sessions.userEpoch));
  return and(
    isNull(sessions.endedAt),
    gt(sessions.idleExpiresAt, now),
    gt(sessions.expiresAt, now),
    exists(db.select({ id: users.id }).from(users).where(owner)),
  );
}

/** The row of a session that begins: generation 0, not confirmed yet. */
export function firstRow(session: NewSession, userEpoch: number): Required<Tables['sessions']['$inferInsert']> {
  const startedAt = session.createdAt.getTime();
  return {
    ...session,
    head: 0,
    parent: null,
    exchangedAt: startedAt,
    confirmedAt: null,
    grace: [],
    version: 0,
    userEpoch,
    lastUsedAt: session.createdAt,
    endedAt: null,
    endReason: null,
    rateStartedAt: startedAt,
    rateCount: 0,
  };
}

/** What a session's row becomes when it ends. */
export function ending({ sessions }: Tables, endReason: EndReason, at: Date) {
  return { endedAt: at.getTime(), endReason, version: sql`${sessions.version} + 1` };
}

/** Ends the session that a new one replaces, whoever's it was. */
export function endReplaced(db: Db, tables: Tables, id: string, at: Date) {
  const { sessions } = tables;
  return db
    .update(sessions)
    .set(ending(tables, 'replaced', at))
    .where(and(eq(sessions.id, id), isNull(sessions.endedAt)))
    .returning({ id: sessions.id });
}
