import { and, eq, exists, not, sql } from 'drizzle-orm';
import type { AccountStore, NewUser, UserRow } from '#db/store/accounts.ts';
import { eventWrites } from './activity.ts';
import { insertIf } from './conditional-insert.ts';
import type { Db, Executor, Tables } from './executor.ts';
import { isKeptForAnother } from './undo-links.ts';

export function accountQueries({ tables, run, prepare, batch }: Executor): AccountStore {
  const { users } = tables;
  const selectSafeguards = prepare('find_safeguards', (db) =>
    db
      .select({ at: users.emailVerifiedAt, isTwoStep: users.twoStep })
      .from(users)
      .where(eq(users.id, sql.placeholder('userId'))),
  );
  return {
    async createUser(user, event) {
      const created = await batch(
        (db) => insertUser(db, tables, user, notVerified),
        (db) => eventWrites(db, tables, event),
      );
      return created.length > 0 ? 'created' : 'email_taken';
    },

    async findUserByEmail(email) {
      const [user] = await run((db) => db.select().from(users).where(eq(users.email, email)));
      return user ?? null;
    },

    async findUser(id) {
      const [user] = await run((db) => db.select().from(users).where(eq(users.id, id)));
      return user ?? null;
    },

    async findSafeguards(userId) {
      const [user] = await selectSafeguards({ userId });
      return { isEmailVerified: user !== undefined && user.at !== null, isTwoStep: user?.isTwoStep ?? false };
    },
  };
}

/** A user whose address nobody has verified. */
export const notVerified = { emailVerifiedAt: null, emailVouched: false };

/**
 * Inserts a user, with the time at which the address was verified, and whether a provider alone says so. Returns no row if the address has an account, or is kept for
 * one whose address was changed.
 */
export function insertUser(
  db: Db,
  tables: Tables,
  user: NewUser,
  verified: Pick<UserRow, 'emailVerifiedAt' | 'emailVouched'>,
) {
  const { users } = tables;
  const { email, createdAt: now } = user;
  const row = { ...user, ...verified, credentialVersion: 0, epoch: 0, deletesAt: null, twoStep: false };
  // Asked before the insert, as every change of an address asks it: so PostgreSQL sees which of two came first.
  const isTaken = exists(db.select({ id: users.id }).from(users).where(eq(users.email, email)));
  const isFree = and(not(isTaken), not(isKeptForAnother(db, tables, { email, userId: null, now })));
  return insertIf(db, users, row, null, isFree)
    .onConflictDoNothing({ target: users.email })
    .returning({ id: users.id });
}
