import { and, eq, sql } from 'drizzle-orm';
import type { SecondFactorStore } from '#db/store/second-factors.ts';
import type { Executor } from './executor.ts';

export function secondFactorQueries({ tables, run }: Executor): SecondFactorStore {
  const { totps, recoveryCodes } = tables;
  return {
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
