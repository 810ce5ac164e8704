import { and, eq, exists, gt, isNull, lte, type Placeholder, type SQL } from 'drizzle-orm';
import type { Db, Tables } from '#db/queries/executor.ts';

/** Holds for sessions that may be used at `now` (ms), as far as their row and their user's epoch tell. */
export function isAlive(db: Db, { users, sessions }: Tables, now: number | Placeholder): SQL | undefined {
  const isOfEpoch = and(eq(users.id, sessions.userId), lte(users.epoch, sessions.userEpoch));
  return and(
    isNull(sessions.endedAt),
    gt(sessions.idleExpiresAt, now),
    gt(sessions.expiresAt, now),
    exists(db.select({ id: users.id }).from(users).where(isOfEpoch)),
  );
}
