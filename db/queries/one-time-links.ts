import { and, eq, gt, type SQL } from 'drizzle-orm';
import type { LinkPurpose, OneTimeLinkStore } from '#db/store/one-time-links.ts';
import type { Executor, Tables } from './executor.ts';
import { endSessions, setPassword } from './passwords.ts';

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
          .where(isGood(tables, purpose, tokenHash, now)),
      );
      return found?.user ?? null;
    },

    async redeemPasswordReset({ tokenHash, userId, passwordHash, event }) {
      const itsReset = and(isGood(tables, 'password_reset', tokenHash, event.at), eq(oneTimeLinks.userId, userId));
      const used = await batch(
        (db) => db.delete(oneTimeLinks).where(itsReset).returning({ id: oneTimeLinks.userId }),
        (db) => [setPassword(db, tables, userId, passwordHash), ...endSessions(db, tables, userId, event)],
      );
      return used.length > 0 ? 'used' : 'void';
    },
  };
}

/** Holds for the link of this secret while it is neither used nor over. */
function isGood({ oneTimeLinks }: Tables, purpose: LinkPurpose, tokenHash: string, now: Date): SQL | undefined {
  return and(eq(oneTimeLinks.purpose, purpose), eq(oneTimeLinks.tokenHash, tokenHash), gt(oneTimeLinks.expiresAt, now));
}
