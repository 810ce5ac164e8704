import { and, eq, lt, type SQL, sql } from 'drizzle-orm';
import type { Proof, ShownProof } from '#db/store/second-factors.ts';
import { eventWrites } from './activity.ts';
import type { Db, Query, Tables } from './executor.ts';

/**
 * Builds the guard of a batch that uses up a proof of this user, if there is one; where `before` is given, only one that was there
 * by then.
 */
export function proofGuards(
  db: Db,
  tables: Tables,
  shown: ShownProof | null,
  by: { userId: string; at: Date; before?: Date },
): Query<unknown>[] {
  return shown === null ? [] : [spend(db, tables, { ...by, proof: shown.proof })];
}

/** Forgets the wrong app codes of a user. */
export function forgetFailures(db: Db, { totps }: Tables, userId: string): Query<unknown> {
  return db.update(totps).set({ failures: 0 }).where(eq(totps.userId, userId)).returning({ id: totps.userId });
}

/**
 * Builds the writes that follow a used recovery code: its event, whose mail says how many are left, and an end to the wait that
 * wrong app codes made.
 */
export function proofEvents(db: Db, tables: Tables, shown: ShownProof | null): Query<unknown>[] {
  const event = shown?.event;
  if (!event) return [];
  const { recoveryCodes } = tables;
  const isOwn = eq(recoveryCodes.userId, event.userId);
  const left = sql`(select cast(count(*) as text) from ${recoveryCodes} where ${isOwn})`;
  // A recovery code was used: its owner must not be kept out by somebody else's wrong app codes.
  return [forgetFailures(db, tables, event.userId), ...eventWrites(db, tables, { ...event, noticeDetail: left })];
}

function isOfUser(
  table: Tables['totps'] | Tables['recoveryCodes'],
  userId: string,
  before: Date | undefined,
): SQL | undefined {
  return and(eq(table.userId, userId), before && lt(table.createdAt, before));
}

function spend(
  db: Db,
  tables: Tables,
  { userId, proof, at, before }: { userId: string; proof: Proof; at: Date; before?: Date },
): Query<unknown> {
  const { totps, recoveryCodes } = tables;
  if (proof.kind === 'totp')
    return db
      .update(totps)
      .set({ lastStep: proof.step, failures: 0, lastUsedAt: at })
      .where(and(isOfUser(totps, userId, before), lt(totps.lastStep, proof.step)))
      .returning({ id: totps.userId });
  return db
    .delete(recoveryCodes)
    .where(and(isOfUser(recoveryCodes, userId, before), eq(recoveryCodes.hash, proof.hash)))
    .returning({ id: recoveryCodes.userId });
}
