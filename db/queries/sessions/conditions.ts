/** Conditions on a session's row, and what rows become, for several queries. */
import { and, eq, exists, gt, isNull, lte, type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { Db, Tables } from '#db/queries/executor.ts';
import type { EndReason } from '#db/store/sessions.ts';

/** Holds while the session may be used at `now` (ms), as far as its row and its user's epoch tell. */
export function isAlive(db: Db, { users, sessions }: Tables, now: number | Placeholder): SQL | undefined {
  const owner = and(eq(users.id, sessions.userId), lte(users.epoch, sessions.userEpoch));
  return and(
    isNull(sessions.endedAt),
    gt(sessions.idleExpiresAt, now),
    gt(sessions.expiresAt, now),
    exists(db.select({ id: users.id }).from(users).where(owner)),
  );
}

/** What a session's row becomes when it ends. */
export function ending({ sessions }: Tables, endReason: EndReason, at: Date) {
  return { endedAt: at.getTime(), endReason, version: sql`${sessions.version} + 1` };
}
