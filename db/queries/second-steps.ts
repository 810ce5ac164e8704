import { and, asc, eq, exists, gt, gte, isNull, lt, notExists, or, type SQL, sql } from 'drizzle-orm';
import type { NewSecurityEvent } from '#db/store/activity.ts';
import type { SecondStepKey, SecondStepRow, SecondStepStore } from '#db/store/second-steps.ts';
import { secondStepNoticeSeconds, secondStepSeconds, secondStepTries } from '#lib/core/policy.ts';
import { eventWrites } from './activity.ts';
import { insertIf } from './conditional-insert.ts';
import type { Db, Executor, Tables } from './executor.ts';
import { spendTransaction } from './providers.ts';

export function secondStepQueries({ tables, run, batch, batchOfAll }: Executor): SecondStepStore {
  const { users, secondSteps, trustedDevices } = tables;
  return {
    async addSecondStep(step, transaction) {
      const { userId, credentialVersion, epoch } = step;
      const isShown = and(eq(users.id, userId), eq(users.credentialVersion, credentialVersion), eq(users.epoch, epoch));
      const guards = (db: Db) => [
        insertIf(db, secondSteps, step, users, isShown).returning({ id: secondSteps.id }),
        ...(transaction ? [spendTransaction(db, tables, transaction.stateHash, transaction.at)] : []),
      ];
      return (await batchOfAll(guards, () => [])) === (transaction ? 2 : 1);
    },

    async findSecondStep(key, now) {
      const [found] = await run((db) => {
        const isOpen = and(isStanding(db, tables, key, now), lt(secondSteps.tries, secondStepTries));
        return db.select().from(secondSteps).where(isOpen);
      });
      return found ?? null;
    },

    async countSecondStepTry(key, now) {
      const [counted] = await run((db) =>
        db
          .update(secondSteps)
          .set({ tries: sql`${secondSteps.tries} + 1` })
          .where(and(isStanding(db, tables, key, now), lt(secondSteps.tries, secondStepTries)))
          .returning(),
      );
      return counted ?? null;
    },

    async takeAbandonedStep(before, event) {
      for (;;) {
        const isOver = and(eq(secondSteps.isStrange, true), lt(secondSteps.expiresAt, before));
        const [step] = await run((db) =>
          db.select().from(secondSteps).where(isOver).orderBy(asc(secondSteps.expiresAt)).limit(1),
        );
        if (!step) return null;
        const about = eventOf(step);
        const found = await run((db) =>
          db
            .select({ id: users.id })
            .from(users)
            .where(isToBeTold(db, tables, step, about)),
        );
        const told = found.length > 0 ? { ...about, ...event } : null;
        const taken = await batch(
          (db) => db.delete(secondSteps).where(eq(secondSteps.id, step.id)).returning({ id: secondSteps.id }),
          (db) => (told ? eventWrites(db, tables, told) : []),
        );
        // Another process was quicker: the next one is looked for.
        if (taken.length > 0) return { told };
      }
    },

    async findTrustedDevice(userId, hash, now) {
      const [found] = await run((db) =>
        db
          .select({ device: trustedDevices, epoch: users.epoch })
          .from(trustedDevices)
          .innerJoin(users, eq(users.id, trustedDevices.userId))
          .where(
            and(eq(trustedDevices.hash, hash), eq(trustedDevices.userId, userId), gt(trustedDevices.expiresAt, now)),
          ),
      );
      return found && found.device.userEpoch === found.epoch ? found.device : null;
    },
  };
}

/**
 * Uses up a sign-in that waits: a guard of the batch that makes the session. Its tries were counted before. A step-up that waits
 * is none.
 */
export function useSecondStep(db: Db, tables: Tables, step: SecondStepKey & { userId: string }, at: Date) {
  return spendStep(db, tables, { step, at, isMeant: isNull(tables.secondSteps.askingSessionId) });
}

/**
 * Uses up a step-up that waits: a guard of the batch that makes the successor of `sessionId`, which has begun it or has taken the
 * place of the session that did. A sign-in that waits is none.
 */
export function spendAskedStep(
  db: Db,
  tables: Tables,
  step: SecondStepKey & { userId: string },
  { sessionId, at }: { sessionId: string; at: Date },
) {
  const { sessions, secondSteps } = tables;
  const isAfter = and(eq(sessions.id, sessionId), eq(sessions.replaces, secondSteps.askingSessionId));
  const isMeant = or(
    eq(secondSteps.askingSessionId, sessionId),
    exists(db.select({ id: sessions.id }).from(sessions).where(isAfter)),
  );
  return spendStep(db, tables, { step, at, isMeant });
}

interface Spending {
  step: SecondStepKey & { userId: string };
  at: Date;
  isMeant: SQL | undefined;
}

function spendStep(db: Db, tables: Tables, { step, at, isMeant }: Spending) {
  const { secondSteps } = tables;
  const isThis = and(isOwn(tables, step, at), eq(secondSteps.userId, step.userId), isMeant);
  return db.delete(secondSteps).where(isThis).returning({ id: secondSteps.id });
}

function isOwn({ secondSteps }: Tables, { id, secretHash }: SecondStepKey, now: Date) {
  return and(eq(secondSteps.id, id), eq(secondSteps.secretHash, secretHash), gt(secondSteps.expiresAt, now));
}

/** Matches a browser's own sign-in while the credentials are those that were read with the password. */
function isStanding(db: Db, tables: Tables, key: SecondStepKey, now: Date) {
  const { users, secondSteps } = tables;
  const isUnchanged = and(
    eq(users.id, secondSteps.userId),
    eq(users.credentialVersion, secondSteps.credentialVersion),
    eq(users.epoch, secondSteps.epoch),
  );
  return and(isOwn(tables, key, now), exists(db.select({ id: users.id }).from(users).where(isUnchanged)));
}

/** Describes a sign-in that nobody finished, at the time of its password. */
function eventOf({ userId, expiresAt, userAgent, ip }: SecondStepRow): Omit<NewSecurityEvent, 'id'> {
  const at = new Date(expiresAt.getTime() - secondStepSeconds * 1000);
  return { userId, sessionId: null, type: 'second_step_abandoned', at, userAgent, ip, method: null, by: 'stranger' };
}

/** Matches the user of a sign-in that nobody finished, unless it is void, was begun anew and finished, or they know of such a one. */
function isToBeTold(
  db: Db,
  { users, events }: Tables,
  { credentialVersion, epoch }: SecondStepRow,
  { userId, at, userAgent, ip, type }: Omit<NewSecurityEvent, 'id'>,
) {
  const lately = new Date(at.getTime() - secondStepNoticeSeconds * 1000);
  const isFinished = and(
    eq(events.type, 'signed_in'),
    gte(events.at, at),
    sql`coalesce(${events.userAgent}, '') = ${userAgent ?? ''}`,
    sql`coalesce(${events.ip}, '') = ${ip ?? ''}`,
  );
  const isKnown = or(isFinished, and(eq(events.type, type), gt(events.at, lately)));
  const known = db
    .select({ id: events.id })
    .from(events)
    .where(and(eq(events.userId, userId), isKnown));
  const isUnchanged = and(eq(users.credentialVersion, credentialVersion), eq(users.epoch, epoch));
  return and(eq(users.id, userId), isUnchanged, notExists(known));
}
