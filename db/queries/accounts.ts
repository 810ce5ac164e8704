import { eq, sql } from 'drizzle-orm';
import type { AccountStore, NewUser } from '#db/store/accounts.ts';
import { eventWrites } from './activity.ts';
import type { Db, Executor, Tables } from './executor.ts';

export function accountQueries({ tables, run, prepare, batch }: Executor): AccountStore {
  const { users } = tables;
  const selectVerified = prepare('is_email_verified', (db) =>
    db
      .select({ at: users.emailVerifiedAt })
      .from(users)
      .where(eq(users.id, sql.placeholder('userId'))),
  );
  return {
    async createUser(user, event) {
      const created = await batch(
        (db) => insertUser(db, tables, user, null),
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

    async isEmailVerified(userId) {
      const [user] = await selectVerified({ userId });
      return user !== undefined && user.at !== null;
    },
  };
}

/** Inserts a user, with the time at which the address was verified. Returns no row if the address has an account. */
export function insertUser(db: Db, { users }: Tables, user: NewUser, emailVerifiedAt: Date | null) {
  return db
    .insert(users)
    .values({ ...user, emailVerifiedAt, credentialVersion: 0, epoch: 0 })
    .onConflictDoNothing({ target: users.email })
    .returning({ id: users.id });
}
