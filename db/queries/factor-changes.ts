import { and, eq, exists, lt, or, type SQL, sql } from 'drizzle-orm';
import type { FactorChange, SecondFactorStore, TotpEnrolment } from '#db/store/second-factors.ts';
import { eventWrites } from './activity.ts';
import type { Db, Executor, Query, Tables } from './executor.ts';
import { isAsking } from './sessions/alive.ts';
import { endSessions, moveToEpoch } from './sessions/end.ts';

type ChangingQueries = Pick<
  SecondFactorStore,
  | 'confirmTotp'
  | 'removeTotp'
  | 'turnTwoStepOn'
  | 'turnTwoStepOff'
  | 'replaceRecoveryCodes'
  | 'forgetDevice'
  | 'resetFactors'
>;

/**
 * Builds the queries that change what people show beside their password. Each writes the user's row first and raises the credential
 * version there: what was shown before, like a sign-in that waits for its second step, is then no longer good.
 */
export function factorChangeQueries({ tables, batch, batchOfAll }: Executor): ChangingQueries {
  const { users, sessions, totps, trustedDevices } = tables;

  /** Makes a change on the condition that the user's row also matches `also`. */
  async function make(
    change: FactorChange,
    {
      twoStep,
      also,
      writes,
    }: { twoStep?: boolean; also?: (db: Db) => SQL | undefined; writes: (db: Db) => Query<unknown>[] },
  ): Promise<boolean> {
    const made = await batch(
      (db) => raiseForChange(db, tables, change, { twoStep, also: also?.(db) }),
      (db) => [...writes(db), ...writesOfChange(db, tables, change)],
    );
    return made.length > 0;
  }

  return {
    async confirmTotp(change, { enrolment, step, recoveryHashes }) {
      const { userId, at } = change;
      const { kid, sealed } = enrolment;
      const fresh = { kid, sealed, lastStep: step, failures: 0, createdAt: at, lastUsedAt: null };
      const hits = await batchOfAll(
        (db) => [raiseForChange(db, tables, change, { twoStep: true }), takeEnrolment(db, tables, enrolment)],
        (db) => [
          db
            .insert(totps)
            .values({ userId, ...fresh })
            .onConflictDoUpdate({ target: totps.userId, set: fresh })
            .returning({ userId: totps.userId }),
          ...(recoveryHashes === null ? [] : newRecoveryCodes(db, tables, change, recoveryHashes)),
          forgetDevices(db, tables, userId),
          ...writesOfChange(db, tables, change),
        ],
      );
      return hits === 2;
    },

    removeTotp: (change) =>
      make(change, {
        also: (db) => or(eq(users.twoStep, false), hasPasskey(db, tables, change.userId)),
        writes: (db) => [...removeApps(db, tables, change.userId), forgetDevices(db, tables, change.userId)],
      }),

    turnTwoStepOn: (change, recoveryHashes) =>
      make(change, {
        twoStep: true,
        also: (db) => or(hasApp(db, tables, change.userId), hasPasskey(db, tables, change.userId)),
        writes: (db) => [
          ...(recoveryHashes === null ? [] : newRecoveryCodes(db, tables, change, recoveryHashes)),
          forgetDevices(db, tables, change.userId),
        ],
      }),

    turnTwoStepOff: (change) =>
      make(change, { twoStep: false, writes: (db) => removeFactors(db, tables, change.userId) }),

    replaceRecoveryCodes: (change, recoveryHashes) =>
      make(change, {
        also: () => eq(users.twoStep, true),
        writes: (db) => newRecoveryCodes(db, tables, change, recoveryHashes),
      }),

    async forgetDevice(userId, id, event) {
      const isThis = and(eq(trustedDevices.id, id), eq(trustedDevices.userId, userId));
      const forgotten = await batch(
        (db) => db.delete(trustedDevices).where(isThis).returning({ id: trustedDevices.id }),
        (db) => eventWrites(db, tables, event),
      );
      return forgotten.length > 0;
    },

    async resetFactors(userId, event, { keepPasskeys }) {
      await batch(
        (db) =>
          db
            .update(users)
            .set({ twoStep: false, ...raised(tables, true) })
            .where(eq(users.id, userId))
            .returning({ id: users.id }),
        (db) => [
          ...removeFactors(db, tables, userId),
          ...(keepPasskeys ? [] : [removePasskeys(db, tables, userId)]),
          endSessions(db, tables, eq(sessions.userId, userId), 'factor_changed', event.at),
          ...eventWrites(db, tables, event),
        ],
      );
    },
  };
}

/** Removes all that a user shows beside the password but passkeys, and the sign-ins that wait for it. */
export function removeFactors(db: Db, tables: Tables, userId: string): Query<unknown>[] {
  const { recoveryCodes, secondSteps } = tables;
  return [
    ...removeApps(db, tables, userId),
    db.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId)).returning({ userId: recoveryCodes.userId }),
    forgetDevices(db, tables, userId),
    db.delete(secondSteps).where(eq(secondSteps.userId, userId)).returning({ id: secondSteps.id }),
  ];
}

function removePasskeys(db: Db, { passkeys }: Tables, userId: string) {
  return db.delete(passkeys).where(eq(passkeys.userId, userId)).returning({ id: passkeys.id });
}

/** Forgets every trusted device of a user. */
export function forgetDevices(db: Db, { trustedDevices }: Tables, userId: string) {
  return db.delete(trustedDevices).where(eq(trustedDevices.userId, userId)).returning({ id: trustedDevices.id });
}

/** Matches while a user has an authenticator app. */
export function hasApp(db: Db, { totps }: Tables, userId: string): SQL {
  return exists(db.select({ userId: totps.userId }).from(totps).where(eq(totps.userId, userId)));
}

/** Matches while a user has a passkey that `which` matches. */
export function hasPasskey(db: Db, { passkeys }: Tables, userId: string | SQL, which?: SQL): SQL {
  const isThis = and(eq(passkeys.userId, userId), which);
  return exists(db.select({ id: passkeys.id }).from(passkeys).where(isThis));
}

/** Builds the writes that turn two-step sign-in off, and remove the recovery codes, where neither app nor a passkey of `rpId` is left. */
export function turnOffWithoutFactor(db: Db, tables: Tables, userId: string, rpId: string | null): Query<unknown>[] {
  const { users, recoveryCodes, passkeys } = tables;
  const usable = hasPasskey(db, tables, userId, eq(passkeys.rpId, rpId ?? ''));
  const hasNone = sql`not (${hasApp(db, tables, userId)} or ${usable})`;
  return [
    db
      .delete(recoveryCodes)
      .where(and(eq(recoveryCodes.userId, userId), hasNone))
      .returning({ userId: recoveryCodes.userId }),
    db
      .update(users)
      .set({ twoStep: false })
      .where(and(eq(users.id, userId), hasNone))
      .returning({ id: users.id }),
  ];
}

function removeApps(db: Db, { totps, totpEnrolments }: Tables, userId: string): Query<unknown>[] {
  return [
    db.delete(totps).where(eq(totps.userId, userId)).returning({ userId: totps.userId }),
    db.delete(totpEnrolments).where(eq(totpEnrolments.userId, userId)).returning({ userId: totpEnrolments.userId }),
  ];
}

function newRecoveryCodes(
  db: Db,
  { recoveryCodes }: Tables,
  { userId, at }: Pick<FactorChange, 'userId' | 'at'>,
  hashes: string[],
): Query<unknown>[] {
  const rows = hashes.map((hash) => ({ userId, hash, createdAt: at }));
  return [
    db.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId)).returning({ userId: recoveryCodes.userId }),
    db.insert(recoveryCodes).values(rows).returning({ userId: recoveryCodes.userId }),
  ];
}

/** Takes exactly this app out of those that wait: one whose place another took has another secret. */
function takeEnrolment(db: Db, { totpEnrolments }: Tables, { userId, sessionId, sealed }: TotpEnrolment) {
  const isThis = and(
    eq(totpEnrolments.userId, userId),
    eq(totpEnrolments.sessionId, sessionId),
    eq(totpEnrolments.sealed, sealed),
  );
  return db.delete(totpEnrolments).where(isThis).returning({ userId: totpEnrolments.userId });
}

/** Builds the first guard of a change: raises the counters of a user whose session may make the change, while they are as they were shown. */
export function raiseForChange(
  db: Db,
  tables: Tables,
  change: FactorChange,
  { twoStep, also }: { twoStep?: boolean | undefined; also?: SQL | undefined },
) {
  const { users } = tables;
  const { credentialVersion, epoch } = change.shown;
  return db
    .update(users)
    .set({ ...(twoStep !== undefined && { twoStep }), ...raised(tables, change.endsOthers) })
    .where(
      and(
        eq(users.id, change.userId),
        eq(users.credentialVersion, credentialVersion),
        eq(users.epoch, epoch),
        isAsking(db, tables, change.userId, change.sessionId, change.at),
        also,
      ),
    )
    .returning({ id: users.id });
}

function raised({ users }: Tables, endsSessions: boolean) {
  return {
    credentialVersion: sql`${users.credentialVersion} + 1`,
    ...(endsSessions && { epoch: sql`${users.epoch} + 1` }),
  };
}

/** Builds the writes that follow a change: an end to the other sessions where it asks for that, and its events. */
export function writesOfChange(db: Db, tables: Tables, change: FactorChange): Query<unknown>[] {
  const { sessions } = tables;
  const { userId, sessionId: id, shown, at, events } = change;
  const epoch = shown.epoch + 1;
  const isOld = and(eq(sessions.userId, userId), lt(sessions.userEpoch, epoch));
  return [
    ...(change.endsOthers
      ? [
          moveToEpoch(db, tables, { id, userId, epoch: sql`${epoch}` }),
          endSessions(db, tables, isOld, 'factor_changed', at),
        ]
      : []),
    ...events.flatMap((event) => eventWrites(db, tables, event)),
  ];
}
