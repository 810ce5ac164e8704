import { and, desc, eq, exists, gt, gte, lt, ne, not, notExists, or, type SQL, sql } from 'drizzle-orm';
import { isAsking } from '#db/queries/sessions/alive.ts';
import { endSessions, moveToEpoch } from '#db/queries/sessions/end.ts';
import type { NewSecurityEvent } from '#db/store/activity.ts';
import type { DetailedMail, EmailChangeStore } from '#db/store/email-changes.ts';
import { eventWrites } from './activity.ts';
import { isThis, voidEmailChange } from './email-changes.ts';
import type { Db, Executor, Query, Tables } from './executor.ts';
import { turnOffWithoutFactor } from './factor-changes.ts';
import { insertMail } from './mails.ts';
import { voidLinks, voidPasswordLinks, voidSecondSteps } from './passwords.ts';
import { proofEvents, proofGuardCount, proofGuards } from './proofs.ts';
import { insertUndoLink, isKeptForAnother, isUndoOf } from './undo-links.ts';
import { removeWaysIn } from './ways-in.ts';

type ChangingQueries = Pick<
  EmailChangeStore,
  'changeEmail' | 'setEmail' | 'setVerified' | 'undoEmailChange' | 'findHolder'
>;

/**
 * Builds the queries that give a user another address. Each writes the user's row first, as every new password does: of two
 * at once neither waits for the other.
 */
export function addressQueries({ tables, run, batch, batchOfAll }: Executor): ChangingQueries {
  const { users, emailChanges, mailLinks, sessions } = tables;
  return {
    async changeEmail({ change, sessionId, undo, undoMail, event }) {
      const { userId, email } = change;
      const { at } = event;
      const epoch = sql`(select ${users.epoch} from ${users} where ${eq(users.id, userId)})`;
      const isOld = and(eq(sessions.userId, userId), lt(sessions.userEpoch, epoch));
      const hits = await batchOfAll(
        (db) => [
          raise(db, tables, and(isWith(tables, userId, undo.email), isAsking(db, tables, userId, sessionId, at))),
          db
            .delete(emailChanges)
            .where(isThis(tables, change, at))
            .returning({ id: emailChanges.id }),
          give(db, tables, { userId, email, now: at }),
        ],
        (db) => [
          moveToEpoch(db, tables, { id: sessionId, userId, epoch }),
          endSessions(db, tables, isOld, 'email_changed', at),
          voidPasswordLinks(db, tables, userId),
          // Before the new link: the address that it is for gets a mail of its own.
          ...eventWrites(db, tables, event, undoMail.detail),
          insertUndoLink(db, tables, undo),
          // After the link, which keeps whether the address before was proved.
          prove(db, tables, { userId, email, at }),
          insertMail(db, tables, { ...undoMail, userId, linkId: undo.id }),
        ],
      );
      return hits === 3 ? 'changed' : hits === 2 ? 'email_taken' : 'void';
    },

    async setEmail({ userId, from, to, event, formerMail }) {
      const { at } = event;
      const hits = await batchOfAll(
        (db) => [
          raise(db, tables, isWith(tables, userId, from)),
          give(db, tables, { userId, email: to, verifiedAt: null, now: at }),
        ],
        (db) => [
          endSessions(db, tables, eq(sessions.userId, userId), 'email_changed', at),
          voidEmailChange(db, tables, userId),
          // Before the mails: none may tell an earlier address to use a link that is void.
          voidLinks(db, tables, eq(mailLinks.userId, userId)),
          ...eventWrites(db, tables, event),
          ...toFormer(db, tables, event, formerMail),
        ],
      );
      return hits === 2 ? 'changed' : hits === 1 ? 'email_taken' : 'void';
    },

    async setVerified(userId, email, event) {
      const verified = await batch(
        (db) => prove(db, tables, { userId, email, at: event.at }),
        (db) => eventWrites(db, tables, event),
      );
      return verified.length > 0;
    },

    async undoEmailChange({ link, from, event, formerMail, reset, changedAt, rpId, proof, waysIn = null }) {
      const { userId, email } = link;
      const { at } = event;
      const isGood = and(eq(mailLinks.id, link.id), isUndoOf(tables, userId), gt(mailLinks.expiresAt, at));
      const isUnguarded = waysIn === null ? undefined : eq(users.twoStep, false);
      const isLater = and(isUndoOf(tables, userId), gt(mailLinks.expiresAt, link.expiresAt));
      const hits = await batchOfAll(
        (db) => [
          raise(
            db,
            tables,
            and(
              isWith(tables, userId, from),
              proof === null ? or(isUnguarded, hasNoFactorFrom(db, tables, changedAt, rpId)) : undefined,
            ),
          ),
          voidLinks(db, tables, isGood),
          give(db, tables, { userId, email, verifiedAt: at, now: at }),
          ...proofGuards(db, tables, proof, { userId, at, before: changedAt }),
        ],
        (db) => [
          ...removeFactorsSince(db, tables, { userId, changedAt, rpId }),
          ...voidSecondSteps(db, tables, userId),
          ...proofEvents(db, tables, proof, userId),
          db
            .update(users)
            .set({ passwordHash: null, deletesAt: null })
            .where(eq(users.id, userId))
            .returning({ id: users.id }),
          endSessions(db, tables, eq(sessions.userId, userId), 'email_changed', at),
          voidEmailChange(db, tables, userId),
          voidLinks(db, tables, isLater),
          voidPasswordLinks(db, tables, userId),
          ...(waysIn ? removeWaysIn(db, tables, { userId, ...waysIn }) : []),
          ...eventWrites(db, tables, event, formerMail?.detail),
          ...toFormer(db, tables, event, formerMail),
          ...(reset === null
            ? []
            : [
                db.insert(mailLinks).values(reset.link).returning({ id: mailLinks.id }),
                insertMail(db, tables, {
                  ...reset.mail,
                  userId,
                  linkId: reset.link.id,
                  expiresAt: reset.link.expiresAt,
                }),
              ]),
        ],
      );
      if (hits < 3) return 'void';
      return hits < 3 + proofGuardCount(proof) ? 'wrong_proof' : 'undone';
    },

    async findHolder(email, now) {
      const [user] = await run((db) => db.select({ userId: users.id }).from(users).where(eq(users.email, email)));
      if (user) return { ...user, keptUntil: null };
      const isKept = and(eq(mailLinks.email, email), eq(mailLinks.kind, 'undo'), gt(mailLinks.expiresAt, now));
      const [kept] = await run((db) =>
        db
          .select({ userId: mailLinks.userId, keptUntil: mailLinks.expiresAt })
          .from(mailLinks)
          .where(isKept)
          .orderBy(desc(mailLinks.expiresAt))
          .limit(1),
      );
      return kept ?? null;
    },
  };
}

/** Matches the user while they have this address. */
function isWith({ users }: Tables, userId: string, email: string): SQL | undefined {
  return and(eq(users.id, userId), eq(users.email, email));
}

/** Matches users who had set no factor up by `changedAt` that they have still. */
function hasNoFactorFrom(
  db: Db,
  { users, totps, recoveryCodes, passkeys }: Tables,
  changedAt: Date,
  rpId: string | null,
): SQL | undefined {
  const noneIn = (table: typeof totps | typeof recoveryCodes | typeof passkeys, which?: SQL) => {
    const isFromThen = and(eq(table.userId, users.id), lt(table.createdAt, changedAt), which);
    return notExists(db.select({ id: table.userId }).from(table).where(isFromThen));
  };
  return and(noneIn(totps), noneIn(recoveryCodes), noneIn(passkeys, eq(passkeys.rpId, rpId ?? '')));
}

/** Builds the writes that remove the factors and identities made since `changedAt`, and turn two-step sign-in off if no other is left. */
function removeFactorsSince(
  db: Db,
  tables: Tables,
  { userId, changedAt, rpId }: { userId: string; changedAt: Date; rpId: string | null },
): Query<unknown>[] {
  const { totps, totpEnrolments, recoveryCodes, passkeys, identities } = tables;
  return [
    db
      .delete(totps)
      .where(and(eq(totps.userId, userId), gte(totps.createdAt, changedAt)))
      .returning({ id: totps.userId }),
    db
      .delete(passkeys)
      .where(and(eq(passkeys.userId, userId), gte(passkeys.createdAt, changedAt)))
      .returning({ id: passkeys.id }),
    db
      .delete(identities)
      .where(and(eq(identities.userId, userId), gte(identities.linkedAt, changedAt)))
      .returning({ id: identities.id }),
    db.delete(totpEnrolments).where(eq(totpEnrolments.userId, userId)).returning({ userId: totpEnrolments.userId }),
    db
      .delete(recoveryCodes)
      .where(and(eq(recoveryCodes.userId, userId), gte(recoveryCodes.createdAt, changedAt)))
      .returning({ userId: recoveryCodes.userId }),
    ...turnOffWithoutFactor(db, tables, userId, rpId),
  ];
}

/** Ends what began on the address before: a session of an older epoch, a sign-in with the credentials as they were. */
function raise(db: Db, { users }: Tables, whose: SQL | undefined) {
  return db
    .update(users)
    .set({ credentialVersion: sql`${users.credentialVersion} + 1`, epoch: sql`${users.epoch} + 1` })
    .where(whose)
    .returning({ id: users.id });
}

/** Marks the address of a user as proved by a mail of ours, or by an operator's word, while they have it. */
function prove(db: Db, tables: Tables, { userId, email, at }: { userId: string; email: string; at: Date }) {
  const { users } = tables;
  return db
    .update(users)
    .set({ emailVerifiedAt: at, emailVouched: false })
    .where(isWith(tables, userId, email))
    .returning({ id: users.id });
}

/**
 * Gives an address to a user, unless another one has it or it is kept for another. Without `verifiedAt` the row goes on saying what
 * it said of the address before.
 */
function give(
  db: Db,
  tables: Tables,
  { userId, email, verifiedAt, now }: { userId: string; email: string; verifiedAt?: Date | null; now: Date },
) {
  const { users } = tables;
  const isOther = and(eq(users.email, email), ne(users.id, userId));
  const isTaken = exists(db.select({ id: users.id }).from(users).where(isOther));
  return db
    .update(users)
    .set({ email, ...(verifiedAt === undefined ? {} : { emailVerifiedAt: verifiedAt, emailVouched: false }) })
    .where(and(eq(users.id, userId), not(isTaken), not(isKeptForAnother(db, tables, { email, userId, now }))))
    .returning({ id: users.id });
}

/** Writes the notice to an address that is the account's no longer. */
function toFormer(db: Db, tables: Tables, { userId, type }: NewSecurityEvent, mail: DetailedMail | null) {
  return mail === null ? [] : [insertMail(db, tables, { ...mail, userId, eventType: type })];
}
