/** Links that undo a change of an address. While one lives, its address is kept for its user. */
import { and, eq, exists, gt, isNotNull, ne, type SQL, sql } from 'drizzle-orm';
import type { MailLink } from '#db/store/mail-links.ts';
import { insertIf } from './conditional-insert.ts';
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

/** Matches the user's links that undo a change. */
export function isUndoOf({ mailLinks }: Tables, userId: string | SQL): SQL | undefined {
  return and(eq(mailLinks.userId, userId), eq(mailLinks.kind, 'undo'));
}

/**
 * Stores a link that undoes a change, and whether a mail of ours has proved the address that it brings back: so far the user's
 * row says of that one, not of the new one, whether it is verified. It ends after every other of its user, even where the clock
 * has stepped back: the order of their ends is that of the changes, and the link of an earlier change wins.
 */
export function insertUndoLink(db: Db, tables: Tables, link: MailLink) {
  const { users, mailLinks } = tables;
  const own = isUndoOf(tables, link.userId);
  const last = sql`(select coalesce(max(${mailLinks.expiresAt}), 0) from ${mailLinks} where ${own})`;
  const end = link.expiresAt.getTime();
  const expiresAt = sql`case when ${last} >= ${end} then ${last} + 1 else ${end} end`;
  const addressProved = sql`(${users.emailVerifiedAt} is not null and not ${users.emailVouched})`;
  const row = { ...link, expiresAt, addressProved };
  return insertIf(db, mailLinks, row, users, eq(users.id, link.userId)).returning({ id: mailLinks.id });
}

/** Matches living links of this kind. The index of addresses has no row without one. */
function isKeeping(mailLinks: Tables['mailLinks'], now: Date): SQL | undefined {
  return and(isNotNull(mailLinks.email), eq(mailLinks.kind, 'undo'), gt(mailLinks.expiresAt, now));
}
