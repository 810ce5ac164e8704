import { and, eq, lt } from 'drizzle-orm';
import type { Proof } from '#db/store/second-factors.ts';
import type { Db, Query, Tables } from './executor.ts';

/** Uses up a proof of this user. Returns no row if it was used before: to be a guard of the batch that it allows. */
export function useProof(db: Db, tables: Tables, userId: string, proof: Proof, at: Date): Query<unknown> {
  const { totps, recoveryCodes } = tables;
  if (proof.kind === 'totp')
    return db
      .update(totps)
      .set({ lastStep: proof.step, failures: 0, lastUsedAt: at })
      .where(and(eq(totps.userId, userId), lt(totps.lastStep, proof.step)))
      .returning({ id: totps.userId });
  return db
    .delete(recoveryCodes)
    .where(and(eq(recoveryCodes.userId, userId), eq(recoveryCodes.hash, proof.hash)))
    .returning({ id: recoveryCodes.userId });
}
