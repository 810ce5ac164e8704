import { and, eq, gt, inArray, lt } from 'drizzle-orm';
import type { ProviderStore } from '#db/store/providers.ts';
import { secondStepSeconds } from '#lib/core/policy.ts';
import type { Executor } from './executor.ts';
import { spendCeremony } from './proofs.ts';
import { isAlive } from './sessions/alive.ts';

type EndingQueries = Pick<
  ProviderStore,
  'listProviderSessions' | 'voidProviderSteps' | 'isSpent' | 'remember' | 'spendOnce'
>;

/** Builds the queries for what a provider ends. */
export function endingQueries({ tables, run }: Executor): EndingQueries {
  const { sessions, identities, providerSessions, secondSteps, usedCeremonies } = tables;
  return {
    listProviderSessions: (begun, now) =>
      run((db) => {
        const isOfSubject =
          'sid' in begun
            ? eq(providerSessions.sid, begun.sid)
            : and(eq(identities.subject, begun.subject), lt(sessions.createdAt, begun.before));
        return db
          .select({ id: sessions.id, userId: sessions.userId })
          .from(sessions)
          .innerJoin(providerSessions, eq(providerSessions.sessionId, sessions.id))
          .innerJoin(identities, eq(identities.id, providerSessions.identityId))
          .where(and(eq(identities.issuer, begun.issuer), isOfSubject, isAlive(db, tables, now.getTime())));
      }),

    async voidProviderSteps(begun) {
      await run((db) => {
        const isOfSubject = 'sid' in begun ? undefined : eq(identities.subject, begun.subject);
        const own = db
          .select({ id: identities.id })
          .from(identities)
          .where(and(eq(identities.issuer, begun.issuer), isOfSubject));
        const isOfTime =
          'sid' in begun
            ? eq(secondSteps.providerSid, begun.sid)
            : lt(secondSteps.expiresAt, new Date(begun.before.getTime() + secondStepSeconds * 1000));
        return db
          .delete(secondSteps)
          .where(and(inArray(secondSteps.identityId, own), isOfTime))
          .returning({ id: secondSteps.id });
      });
    },

    async isSpent(id, beyond = new Date(0)) {
      const isThis = and(eq(usedCeremonies.id, id), gt(usedCeremonies.expiresAt, beyond));
      const found = await run((db) => db.select({ id: usedCeremonies.id }).from(usedCeremonies).where(isThis));
      return found.length > 0;
    },

    async remember(id, expiresAt) {
      await run((db) =>
        db
          .insert(usedCeremonies)
          .values({ id, expiresAt })
          .onConflictDoUpdate({ target: usedCeremonies.id, set: { expiresAt } })
          .returning({ id: usedCeremonies.id }),
      );
    },

    async spendOnce(id, expiresAt) {
      return (await run((db) => spendCeremony(db, tables, { id, expiresAt }))).length > 0;
    },
  };
}
