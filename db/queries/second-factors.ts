import { and, eq, lt, sql } from 'drizzle-orm';
import type { Proof, SecondFactorStore } from '#db/store/second-factors.ts';
import type { Executor } from './executor.ts';

export function secondFactorQueries({ tables, run }: Executor): SecondFactorStore {
  const { totps, recoveryCodes } = tables;
  return {
    async listProofs(userId, before) {
      const kind = (name: Proof['kind']) => sql<Proof['kind']>`cast(${name} as text)`;
      const ofUser = (table: typeof totps | typeof recoveryCodes) =>
        and(eq(table.userId, userId), before && lt(table.createdAt, before));
      const found = await run((db) =>
        db
          .select({ kind: kind('totp') })
          .from(totps)
          .where(ofUser(totps))
          .union(
            db
              .select({ kind: kind('recovery_code') })
              .from(recoveryCodes)
              .where(ofUser(recoveryCodes)),
          ),
      );
      return (['totp', 'recovery_code'] as const).filter((each) => found.some(({ kind }) => kind === each));
    },

    async findTotp(userId) {
      const [found] = await run((db) => db.select().from(totps).where(eq(totps.userId, userId)));
      return found ?? null;
    },

    async hasRecoveryCode(userId, hash) {
      const isThis = and(eq(recoveryCodes.userId, userId), eq(recoveryCodes.hash, hash));
      const found = await run((db) => db.select({ hash: recoveryCodes.hash }).from(recoveryCodes).where(isThis));
      return found.length > 0;
    },

    async countTotpFailure(userId) {
      const [counted] = await run((db) =>
        db
          .update(totps)
          .set({ failures: sql`${totps.failures} + 1` })
          .where(eq(totps.userId, userId))
          .returning({ failures: totps.failures }),
      );
      return counted?.failures ?? 0;
    },
  };
}
