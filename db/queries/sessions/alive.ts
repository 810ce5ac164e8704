import { and, eq, exists, gt, isNull, lte, type Placeholder, type SQL } from 'drizzle-orm';
import type { Db, Tables } from '#db/queries/executor.ts';

/**
 * Matches sessions that are not over at `now` (ms): neither ended nor expired, nor of an older epoch of their user.
 * `AUTH_EPOCH` is not looked at.
 */
export function isAlive(db: Db, { users, sessions }: Tables, now: number | Placeholder | SQL): SQL | undefined {
  const isOfEpoch = and(eq(users.id, sessions.userId), lte(users.epoch, sessions.userEpoch));
  return and(
    isNull(sessions.endedAt),
    gt(sessions.idleExpiresAt, now),
    gt(sessions.expiresAt, now),
    exists(db.select({ id: users.id }).from(users).where(isOfEpoch)),
  );
}

/** Matches, for a statement about something else, while this session of the user is alive: the one that asks for it. */
export function isAsking(db: Db, tables: Tables, userId: string, sessionId: string, at: Date): SQL {
  const { sessions } = tables;
  const isThis = and(eq(sessions.id, sessionId), eq(sessions.userId, userId), isAlive(db, tables, at.getTime()));
  return exists(db.select({ id: sessions.id }).from(sessions).where(isThis));
}
