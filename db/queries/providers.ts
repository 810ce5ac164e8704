import { and, asc, count, eq, exists, gt, inArray, isNull, lt, not, or, type SQL, sql } from 'drizzle-orm';
import type { IdentityRow, ProviderStore } from '#db/store/providers.ts';
import { identitiesLimit } from '#lib/core/policy.ts';
import { eventWrites } from './activity.ts';
import { insertIf } from './conditional-insert.ts';
import type { Db, Executor, Tables } from './executor.ts';
import { raiseForChange, writesOfChange } from './factor-changes.ts';
import { endingQueries } from './provider-endings.ts';
import { endSessions } from './sessions/end.ts';
import { isOneWith } from './sessions/successors.ts';
import { hasWayIn } from './ways-in.ts';

export function providerQueries(executor: Executor): ProviderStore {
  const { tables, run, batch, batchOfAll } = executor;
  const { users, sessions, identities, providerTransactions, providerSessions } = tables;
  const { stateHash } = providerTransactions;
  const isOpen = (hash: string, now: Date) => and(eq(stateHash, hash), gt(providerTransactions.expiresAt, now));
  return {
    async addTransaction(transaction) {
      await run((db) => db.insert(providerTransactions).values(transaction).returning({ stateHash }));
    },

    listTransactions: (hashes, now) =>
      run((db) =>
        db
          .select()
          .from(providerTransactions)
          .where(and(inArray(stateHash, [...hashes]), gt(providerTransactions.expiresAt, now)))
          .orderBy(asc(providerTransactions.startedAt)),
      ),

    async dropTransactions(hashes) {
      await run((db) =>
        db
          .delete(providerTransactions)
          .where(inArray(stateHash, [...hashes]))
          .returning({ stateHash }),
      );
    },

    async claimTransaction(hash, now, until) {
      const { claimedUntil, heldIssuer } = providerTransactions;
      const isFree = or(isNull(claimedUntil), lt(claimedUntil, now));
      const [claimed] = await run((db) =>
        db
          .update(providerTransactions)
          .set({ claimedUntil: until })
          .where(and(isOpen(hash, now), isFree, isNull(heldIssuer)))
          .returning(),
      );
      return claimed ?? null;
    },

    async releaseTransaction(hash) {
      await run((db) =>
        db.update(providerTransactions).set({ claimedUntil: null }).where(eq(stateHash, hash)).returning({ stateHash }),
      );
    },

    async holdIdentity(hash, { issuer, subject, email }, event) {
      const held = { heldIssuer: issuer, heldSubject: subject, heldEmail: email, claimedUntil: null };
      // The first stays: whoever was asked to connect it would else connect another.
      const isFree = and(eq(stateHash, hash), isNull(providerTransactions.heldIssuer));
      const rows = await batch(
        (db) => db.update(providerTransactions).set(held).where(isFree).returning({ stateHash }),
        (db) => (event ? eventWrites(db, tables, event) : []),
      );
      return rows.length > 0;
    },

    async findTransaction(hash, now) {
      const [found] = await run((db) => db.select().from(providerTransactions).where(isOpen(hash, now)));
      return found ?? null;
    },

    async findIdentity(issuer, subject) {
      const [found] = await run((db) =>
        db
          .select({ identity: identities, user: users })
          .from(identities)
          .innerJoin(users, eq(users.id, identities.userId))
          .where(and(eq(identities.issuer, issuer), eq(identities.subject, subject))),
      );
      return found ?? null;
    },

    listIdentities: (userId) =>
      run((db) =>
        db
          .select()
          .from(identities)
          .where(eq(identities.userId, userId))
          .orderBy(asc(identities.linkedAt), asc(identities.id)),
      ),

    async linkIdentity(change, { stateHash: hash, identity, verifies }) {
      const { userId, at } = change;
      const hits = await batchOfAll(
        (db) => [
          raiseForChange(db, tables, change, { also: hasRoomForIdentity(db, tables, userId) }),
          spendTransaction(db, tables, hash, at),
          insertIdentity(db, tables, identity),
        ],
        (db) => [
          ...(verifies === null ? [] : [verify(db, tables, { userId, email: verifies, at })]),
          ...writesOfChange(db, tables, change),
        ],
      );
      return hits === 3 ? 'linked' : hits === 2 ? 'taken' : 'refused';
    },

    async removeIdentity(change, id, ways) {
      const { userId, sessionId, at } = change;
      const isThis = and(eq(identities.id, id), eq(identities.userId, userId));
      const removed = await batch(
        (db) => {
          const isThere = exists(db.select({ id: identities.id }).from(identities).where(isThis));
          const also = and(isThere, hasWayIn(db, tables, { userId, ways, but: { identityId: id } }));
          return raiseForChange(db, tables, change, { also });
        },
        (db) => {
          const begun = db
            .select({ id: providerSessions.sessionId })
            .from(providerSessions)
            .where(eq(providerSessions.identityId, id));
          // Most sessions replace none: what is null is not one with the session that asks.
          const isOther = sql`not coalesce(${or(eq(sessions.id, sessionId), isOneWith(tables, sessionId))}, false)`;
          return [
            // Before the identity is gone, and with it what says which sessions began with it.
            endSessions(db, tables, and(inArray(sessions.id, begun), isOther), 'identity_removed', at),
            db.delete(identities).where(isThis).returning({ id: identities.id }),
            ...writesOfChange(db, tables, change),
          ];
        },
      );
      return removed.length > 0;
    },

    async findSessionIdentity(sessionId) {
      const [found] = await run((db) =>
        db
          .select({ identity: identities })
          .from(providerSessions)
          .innerJoin(identities, eq(identities.id, providerSessions.identityId))
          .where(eq(providerSessions.sessionId, sessionId)),
      );
      return found?.identity ?? null;
    },

    ...endingQueries(executor),

    async countLockedOut(ways) {
      const [found] = await run((db) => {
        const hasWay = hasWayIn(db, tables, { userId: sql`${users.id}`, ways });
        return db
          .select({ rows: count() })
          .from(users)
          .where(not(hasWay ?? sql`1 = 0`));
      });
      return found?.rows ?? 0;
    },
  };
}

/** Uses up a sign-in that was on its way. A guard: it has an effect once. */
export function spendTransaction(db: Db, { providerTransactions }: Tables, hash: string, at: Date) {
  const isThis = and(eq(providerTransactions.stateHash, hash), gt(providerTransactions.expiresAt, at));
  return db.delete(providerTransactions).where(isThis).returning({ stateHash: providerTransactions.stateHash });
}

/** Matches while a user has fewer than `identitiesLimit` identities. */
export function hasRoomForIdentity(db: Db, { identities }: Tables, userId: string): SQL {
  const own = db.select({ rows: count() }).from(identities).where(eq(identities.userId, userId));
  return lt(sql`(${own})`, identitiesLimit);
}

/** Inserts an identity, unless it is somebody's already. */
export function insertIdentity(db: Db, { identities }: Tables, identity: IdentityRow) {
  return db.insert(identities).values(identity).onConflictDoNothing().returning({ id: identities.id });
}

/** Marks an identity as used, if it is still this user's. A guard. */
export function touchIdentity(db: Db, { identities }: Tables, { id, userId }: IdentityRow, at: Date) {
  const isThis = and(eq(identities.id, id), eq(identities.userId, userId));
  return db.update(identities).set({ lastUsedAt: at }).where(isThis).returning({ id: identities.id });
}

/** Remembers with which identity a session began. */
export function insertProviderSession(
  db: Db,
  { providerSessions }: Tables,
  began: { sessionId: string; identityId: string; sid: string | null },
) {
  return db.insert(providerSessions).values(began).returning({ id: providerSessions.sessionId });
}

/** Remembers for a successor what the session that it replaces began with. */
export function copyProviderSession(db: Db, tables: Tables, from: string, to: string) {
  const { providerSessions } = tables;
  const row = { sessionId: to, identityId: sql`${providerSessions.identityId}`, sid: sql`${providerSessions.sid}` };
  const isThis = eq(providerSessions.sessionId, from);
  return insertIf(db, providerSessions, row, providerSessions, isThis).returning({ id: providerSessions.sessionId });
}

function verify(db: Db, { users }: Tables, { userId, email, at }: { userId: string; email: string; at: Date }) {
  const isOwn: SQL | undefined = and(eq(users.id, userId), eq(users.email, email), isNull(users.emailVerifiedAt));
  return db.update(users).set({ emailVerifiedAt: at, emailVouched: true }).where(isOwn).returning({ id: users.id });
}
