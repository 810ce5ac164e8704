import { and, eq, exists, gt, lt, sql } from 'drizzle-orm';
import type { SecondStepKey, SecondStepStore } from '#db/store/second-steps.ts';
import { secondStepTries } from '#lib/core/policy.ts';
import { insertIf } from './conditional-insert.ts';
import type { Db, Executor, Tables } from './executor.ts';
import { spendTransaction } from './providers.ts';

export function secondStepQueries({ tables, run, batchOfAll }: Executor): SecondStepStore {
  const { users, secondSteps, trustedDevices } = tables;
  return {
    async addSecondStep(step, stateHash) {
      const { userId, credentialVersion, epoch } = step;
      const isShown = and(eq(users.id, userId), eq(users.credentialVersion, credentialVersion), eq(users.epoch, epoch));
      const guards = (db: Db) => [
        insertIf(db, secondSteps, step, users, isShown).returning({ id: secondSteps.id }),
        ...(stateHash === undefined ? [] : [spendTransaction(db, tables, stateHash, new Date(0))]),
      ];
      return (await batchOfAll(guards, () => [])) === (stateHash === undefined ? 1 : 2);
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

/** Uses up a sign-in that waits: a guard of the batch that makes the session. Its tries were counted before. */
export function useSecondStep(db: Db, tables: Tables, step: SecondStepKey & { userId: string }, at: Date) {
  const { secondSteps } = tables;
  const isThis = and(isOwn(tables, step, at), eq(secondSteps.userId, step.userId));
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
