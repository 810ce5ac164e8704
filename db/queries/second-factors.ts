import { and, asc, count, desc, eq, gt, lt, min, ne, or, sql } from 'drizzle-orm';
import type { Proof, SecondFactorStore } from '#db/store/second-factors.ts';
import { totpTries } from '#lib/core/policy.ts';
import { insertIf } from './conditional-insert.ts';
import type { Executor } from './executor.ts';
import { isAsking } from './sessions/alive.ts';

type ReadingQueries = Pick<
  SecondFactorStore,
  | 'listProofs'
  | 'findTotp'
  | 'resealTotp'
  | 'countSealedByOthers'
  | 'hasRecoveryCode'
  | 'countTotpFailure'
  | 'findFactors'
  | 'startTotp'
  | 'countTotpTry'
>;

/** Builds the queries that change nothing of what is in force. */
export function secondFactorQueries({ tables, run }: Executor): ReadingQueries {
  const { users, sessions, totps, totpEnrolments, recoveryCodes, trustedDevices, passkeys } = tables;
  return {
    async listProofs(userId, rpId, before) {
      const kind = (name: Proof['kind']) => sql<Proof['kind']>`cast(${name} as text)`;
      const ofUser = (table: typeof totps | typeof recoveryCodes | typeof passkeys) =>
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
          )
          .union(
            db
              .select({ kind: kind('passkey') })
              .from(passkeys)
              .where(and(ofUser(passkeys), eq(passkeys.rpId, rpId ?? ''))),
          ),
      );
      return (['passkey', 'totp', 'recovery_code'] as const).filter((each) => found.some(({ kind }) => kind === each));
    },

    async findTotp(userId) {
      const [found] = await run((db) => db.select().from(totps).where(eq(totps.userId, userId)));
      return found ?? null;
    },

    async resealTotp(userId, from, to) {
      const isThis = and(eq(totps.userId, userId), eq(totps.kid, from.kid), eq(totps.sealed, from.sealed));
      await run((db) => db.update(totps).set(to).where(isThis).returning({ userId: totps.userId }));
    },

    async countSealedByOthers(kid, now) {
      const isWaiting = and(ne(totpEnrolments.kid, kid), gt(totpEnrolments.expiresAt, now));
      const [used] = await run((db) => db.select({ rows: count() }).from(totps).where(ne(totps.kid, kid)));
      const [waiting] = await run((db) => db.select({ rows: count() }).from(totpEnrolments).where(isWaiting));
      return (used?.rows ?? 0) + (waiting?.rows ?? 0);
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

    async findFactors(userId, now) {
      const [own] = await run((db) =>
        db
          .select({
            twoStep: users.twoStep,
            totp: { createdAt: totps.createdAt, lastUsedAt: totps.lastUsedAt },
            epoch: users.epoch,
          })
          .from(users)
          .leftJoin(totps, eq(totps.userId, users.id))
          .where(eq(users.id, userId)),
      );
      const [codes] = await run((db) =>
        db
          .select({ left: count(), createdAt: min(recoveryCodes.createdAt) })
          .from(recoveryCodes)
          .where(eq(recoveryCodes.userId, userId)),
      );
      const { id, userAgent, ip, createdAt, lastUsedAt, expiresAt } = trustedDevices;
      const isTrusted = and(
        eq(trustedDevices.userId, userId),
        gt(expiresAt, now),
        eq(trustedDevices.userEpoch, own?.epoch ?? -1),
      );
      const devices = await run((db) =>
        db
          .select({ id, userAgent, ip, createdAt, lastUsedAt, expiresAt })
          .from(trustedDevices)
          .where(isTrusted)
          .orderBy(desc(lastUsedAt), asc(id)),
      );
      return {
        twoStep: own?.twoStep ?? false,
        totp: own?.totp ?? null,
        recoveryCodes: codes?.createdAt ? { left: codes.left, createdAt: codes.createdAt } : null,
        trustedDevices: devices,
      };
    },

    async startTotp(enrolment, now) {
      const { userId, ...replaced } = enrolment;
      const started = await run((db) => {
        const isOfUser = and(eq(users.id, userId), isAsking(db, tables, userId, enrolment.sessionId, now));
        return insertIf(db, totpEnrolments, enrolment, users, isOfUser)
          .onConflictDoUpdate({ target: totpEnrolments.userId, set: replaced })
          .returning({ userId: totpEnrolments.userId });
      });
      return started.length > 0;
    },

    async countTotpTry(userId, sessionId, now) {
      const replaced = sql`(select ${sessions.replaces} from ${sessions} where ${eq(sessions.id, sessionId)})`;
      const isOfSession = or(eq(totpEnrolments.sessionId, sessionId), eq(totpEnrolments.sessionId, replaced));
      const isOpen = and(gt(totpEnrolments.expiresAt, now), lt(totpEnrolments.tries, totpTries));
      const [counted] = await run((db) =>
        db
          .update(totpEnrolments)
          .set({ tries: sql`${totpEnrolments.tries} + 1` })
          .where(and(eq(totpEnrolments.userId, userId), isOfSession, isOpen))
          .returning(),
      );
      return counted ?? null;
    },
  };
}
