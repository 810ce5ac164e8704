import { and, eq, gt, type SQL } from 'drizzle-orm';
import type { LinkPurpose, OneTimeLinkStore } from '#db/store/one-time-links.ts';
import type { Executor, Tables } from './executor.ts';
import { updatePassword, writesAfterReset } from './passwords.ts';

export function oneTimeLinkQueries({ tables, run, batch }: Executor): OneTimeLinkStore {
  const { users, oneTimeLinks } = tables;
  return {
    async addOneTimeLink(link) {
      const { tokenHash, expiresAt } = link;
      await run((db) =>
        db
          .insert(oneTimeLinks)
          .values(link)
          .onConflictDoUpdate({ target: [oneTimeLinks.userId, oneTimeLinks.purpose], set: { tokenHash, expiresAt } })
          .returning({ id: oneTimeLinks.userId }),
      );
    },

    async findOneTimeLink(purpose, tokenHash, now) {
      const [found] = await run((db) =>
        db
          .select({ user: users })
          .from(oneTimeLinks)
          .innerJoin(users, eq(users.id, oneTimeLinks.userId))
          .where(isValid(tables, purpose, tokenHash, now)),
      );
      return found?.user ?? null;
    },

    async redeemPasswordReset({ tokenHash, userId, passwordHash, event }) {
      const isUsable = and(isValid(tables, 'password_reset', tokenHash, event.at), eq(oneTimeLinks.userId, userId));
      const used = await batch(
        (db) => db.delete(oneTimeLinks).where(isUsable).returning({ id: oneTimeLinks.userId }),
        (db) => [updatePassword(db, tables, userId, passwordHash), ...writesAfterReset(db, tables, userId, event)],
      );
      return used.length > 0 ? 'used' : 'void';
    },
  };
}

/** Matches the link with this hash until it expires. A used link is deleted, so it has no row. */
function isValid({ oneTimeLinks }: Tables, purpose: LinkPurpose, tokenHash: string, now: Date): SQL | undefined {
  return and(eq(oneTimeLinks.purpose, purpose), eq(oneTimeLinks.tokenHash, tokenHash), gt(oneTimeLinks.expiresAt, now));
}
