/** Links that undo a change of an address. While one lives, its address is kept for its user. */
import { and, eq, exists, gt, isNotNull, ne, type SQL } from 'drizzle-orm';
import type { Db, Tables } from './executor.ts';

/** Matches users with a change of address that can still be undone. */
export function hasLivingUndo(db: Db, { users, mailLinks }: Tables, now: Date): SQL {
  const own = and(eq(mailLinks.userId, users.id), eq(mailLinks.kind, 'undo'), gt(mailLinks.expiresAt, now));
  return exists(db.select({ id: mailLinks.id }).from(mailLinks).where(own));
}

/** Tells, as a condition, whether an address is kept for another user than `userId`; whoever that is, if it is null. */
export function isKeptForAnother(
  db: Db,
  { mailLinks }: Tables,
  { email, userId, now }: { email: string; userId: string | null; now: Date },
): SQL {
  const isOther = userId === null ? undefined : ne(mailLinks.userId, userId);
  const keeps = and(eq(mailLinks.email, email), isKeeping(mailLinks, now), isOther);
  return exists(db.select({ id: mailLinks.id }).from(mailLinks).where(keeps));
}

/** Matches living links of this kind. The index of addresses has no row without one. */
function isKeeping(mailLinks: Tables['mailLinks'], now: Date): SQL | undefined {
  return and(isNotNull(mailLinks.email), eq(mailLinks.kind, 'undo'), gt(mailLinks.expiresAt, now));
}
