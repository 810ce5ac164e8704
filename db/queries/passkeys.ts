import { and, asc, count, eq, lt, ne, or, sql } from 'drizzle-orm';
import type { PasskeyStore } from '#db/store/passkeys.ts';
import { passkeysLimit } from '#lib/core/policy.ts';
import type { Executor } from './executor.ts';
import { forgetDevices, hasApp, hasPasskey, raiseForChange, writesOfChange } from './factor-changes.ts';
import { spendCeremony } from './proofs.ts';
import { hasWayIn } from './ways-in.ts';

export function passkeyQueries({ tables, run, batch, batchOfAll }: Executor): PasskeyStore {
  const { users, passkeys, usedCeremonies } = tables;
  return {
    async findPasskey(credentialId) {
      const [found] = await run((db) => db.select().from(passkeys).where(eq(passkeys.credentialId, credentialId)));
      return found ?? null;
    },

    async isCeremonyUsed(id) {
      const isThis = eq(usedCeremonies.id, id);
      const used = await run((db) => db.select({ id: usedCeremonies.id }).from(usedCeremonies).where(isThis));
      return used.length > 0;
    },

    listPasskeys: (userId) =>
      run((db) =>
        db
          .select()
          .from(passkeys)
          .where(eq(passkeys.userId, userId))
          .orderBy(asc(passkeys.createdAt), asc(passkeys.id)),
      ),

    async addPasskey(change, passkey, ceremony) {
      const hits = await batchOfAll(
        (db) => {
          const others = sql`(${db.select({ rows: count() }).from(passkeys).where(eq(passkeys.userId, change.userId))})`;
          return [
            raiseForChange(db, tables, change, { also: lt(others, passkeysLimit) }),
            spendCeremony(db, tables, ceremony),
            db.insert(passkeys).values(passkey).onConflictDoNothing().returning({ id: passkeys.id }),
          ];
        },
        (db) => [forgetDevices(db, tables, change.userId), ...writesOfChange(db, tables, change)],
      );
      return hits === 3 ? 'added' : hits === 0 ? 'refused' : 'taken';
    },

    async renamePasskey(userId, id, name) {
      const isThis = and(eq(passkeys.id, id), eq(passkeys.userId, userId));
      const [renamed] = await run((db) => db.update(passkeys).set({ name }).where(isThis).returning());
      return renamed ?? null;
    },

    async removePasskey(change, id, ways) {
      const { userId } = change;
      const isThis = and(eq(passkeys.id, id), eq(passkeys.userId, userId));
      const removed = await batch(
        (db) => {
          const hasOther = hasPasskey(db, tables, userId, and(ne(passkeys.id, id), eq(passkeys.rpId, ways.rpId ?? '')));
          const also = and(
            hasPasskey(db, tables, userId, eq(passkeys.id, id)),
            or(eq(users.twoStep, false), hasApp(db, tables, userId), hasOther),
            hasWayIn(db, tables, { userId, ways, but: { passkeyId: id } }),
          );
          return raiseForChange(db, tables, change, { also });
        },
        (db) => [
          db.delete(passkeys).where(isThis).returning({ id: passkeys.id }),
          forgetDevices(db, tables, userId),
          ...writesOfChange(db, tables, change),
        ],
      );
      return removed.length > 0;
    },

    async countPasskeysOfOthers(rpId) {
      const [found] = await run((db) => db.select({ rows: count() }).from(passkeys).where(ne(passkeys.rpId, rpId)));
      return found?.rows ?? 0;
    },
  };
}
