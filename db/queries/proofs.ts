import { and, eq, lt, or, type SQL, sql } from 'drizzle-orm';
import type { CeremonyUse, Proof, ShownProof } from '#db/store/second-factors.ts';
import { eventWrites } from './activity.ts';
import type { Db, Query, Tables } from './executor.ts';

/**
 * Builds the guards of a batch that use up a proof of this user, if there is one; where `before` is given, only one that was there
 * by then.
 */
export function proofGuards(
  db: Db,
  tables: Tables,
  shown: ShownProof | null,
  by: { userId: string; at: Date; before?: Date },
): Query<unknown>[] {
  return shown === null ? [] : spend(db, tables, { ...by, proof: shown.proof });
}

/** Counts those guards. */
export function proofGuardCount(shown: ShownProof | null): number {
  return shown === null ? 0 : shown.proof.kind === 'passkey' ? 2 : 1;
}

/** Uses up a ceremony, once. */
export function spendCeremony(db: Db, { usedCeremonies }: Tables, ceremony: CeremonyUse) {
  return db.insert(usedCeremonies).values(ceremony).onConflictDoNothing().returning({ id: usedCeremonies.id });
}

/** Forgets the wrong app codes of a user. */
export function forgetFailures(db: Db, { totps }: Tables, userId: string): Query<unknown> {
  return db.update(totps).set({ failures: 0 }).where(eq(totps.userId, userId)).returning({ id: totps.userId });
}

/**
 * Builds the writes that follow a used proof of this user: an end to the wait that wrong app codes made, since the owner must not be
 * kept out by somebody else's, and the event of a recovery code, whose mail says how many are left.
 */
export function proofEvents(db: Db, tables: Tables, shown: ShownProof | null, userId: string): Query<unknown>[] {
  if (shown === null || shown.proof.kind === 'totp') return [];
  const { event } = shown;
  const forgotten = forgetFailures(db, tables, userId);
  if (!event) return [forgotten];
  const { recoveryCodes } = tables;
  const isOwn = eq(recoveryCodes.userId, userId);
  const left = sql`(select cast(count(*) as text) from ${recoveryCodes} where ${isOwn})`;
  return [forgotten, ...eventWrites(db, tables, { ...event, noticeDetail: left })];
}

function isOfUser(
  table: Tables['totps'] | Tables['recoveryCodes'] | Tables['passkeys'],
  userId: string,
  before: Date | undefined,
): SQL | undefined {
  return and(eq(table.userId, userId), before && lt(table.createdAt, before));
}

function spend(
  db: Db,
  tables: Tables,
  { userId, proof, at, before }: { userId: string; proof: Proof; at: Date; before?: Date },
): Query<unknown>[] {
  const { totps, recoveryCodes, passkeys } = tables;
  switch (proof.kind) {
    case 'totp': {
      const isThis = and(isOfUser(totps, userId, before), eq(totps.createdAt, proof.createdAt));
      return [
        db
          .update(totps)
          .set({ lastStep: proof.step, failures: 0, lastUsedAt: at })
          .where(and(isThis, lt(totps.lastStep, proof.step)))
          .returning({ id: totps.userId }),
      ];
    }
    case 'recovery_code':
      return [
        db
          .delete(recoveryCodes)
          .where(and(isOfUser(recoveryCodes, userId, before), eq(recoveryCodes.hash, proof.hash)))
          .returning({ id: recoveryCodes.userId }),
      ];
    case 'passkey': {
      const { passkeyId, counter, backedUp, ceremony } = proof;
      const isThis = and(isOfUser(passkeys, userId, before), eq(passkeys.id, passkeyId));
      return [
        spendCeremony(db, tables, ceremony),
        db
          .update(passkeys)
          .set({ counter, backedUp, lastUsedAt: at })
          .where(and(isThis, isCounterPlausible(tables, counter)))
          .returning({ id: passkeys.id }),
      ];
    }
  }
}

/** Matches passkeys whose counter may be this one now: a device-bound one counts up, or stays at 0 (WebAuthn 7.2, step 22). */
function isCounterPlausible({ passkeys }: Tables, counter: number): SQL | undefined {
  return or(
    eq(passkeys.synced, true),
    lt(passkeys.counter, counter),
    counter === 0 ? eq(passkeys.counter, 0) : undefined,
  );
}
