import { type AnyColumn, and, eq, exists, gt, ne, notExists, type SQL, sql } from 'drizzle-orm';
import type { MailLink, MailLinkStore } from '#db/store/mail-links.ts';
import { insertIf } from './conditional-insert.ts';
import type { Db, Executor, Tables } from './executor.ts';
import { isAtTry } from './mails.ts';
import { ofUser, updatePassword, voidLinks, writesAfterReset } from './passwords.ts';
import { proofEvents, proofGuardCount, proofGuards } from './proofs.ts';
import { removeWaysIn } from './ways-in.ts';

export function mailLinkQueries({ tables, run, batch, batchOfAll }: Executor): MailLinkStore {
  const { users, mails, mailLinks } = tables;
  return {
    async addOperatorLink(link) {
      await batch(
        (db) => db.insert(mailLinks).values(link).returning({ id: mailLinks.id }),
        (db) => [voidLinks(db, tables, and(ofUser(tables, link.userId, [link.kind]), ne(mailLinks.id, link.id)))],
      );
    },

    async linkMail(mail, link, goodUntil) {
      // The address too: it may have changed since somebody looked whose it is.
      const isOwner = isOf(tables, link);
      const own = ofUser(tables, link.userId, [link.kind]);
      const linked = await batch(
        (db) => {
          const isOwned = exists(db.select({ id: users.id }).from(users).where(isOwner));
          return db
            .update(mails)
            .set({ userId: link.userId })
            .where(and(isAtTry(tables, mail), isOwned))
            .returning({ id: mails.id });
        },
        (db) => {
          const good = db
            .select({ id: mailLinks.id })
            .from(mailLinks)
            .where(and(own, gt(mailLinks.expiresAt, goodUntil)));
          const best = (column: AnyColumn) =>
            sql`(select ${column} from ${mailLinks} where ${own} order by ${mailLinks.expiresAt} desc limit 1)`;
          return [
            insertIf(db, mailLinks, { ...link, addressProved: true }, users, and(isOwner, notExists(good))).returning({
              id: mailLinks.id,
            }),
            db
              .update(mails)
              .set({ linkId: best(mailLinks.id), expiresAt: best(mailLinks.expiresAt) })
              .where(eq(mails.id, mail.id))
              .returning({ id: mails.id }),
          ];
        },
      );
      return linked.length > 0;
    },

    async findMailLink(id, now) {
      const isGood = and(eq(mailLinks.id, id), gt(mailLinks.expiresAt, now));
      const [found] = await run((db) =>
        db
          .select({ link: mailLinks, user: users })
          .from(mailLinks)
          .innerJoin(users, eq(users.id, mailLinks.userId))
          .where(isGood),
      );
      return found ?? null;
    },

    async redeemPasswordLink({ link: { id, kind, userId, email }, passwordHash, event, proof, waysIn = null }) {
      const isThis = and(eq(mailLinks.id, id), eq(mailLinks.kind, kind), eq(mailLinks.userId, userId));
      const needsNoProof = proof === null ? eq(users.twoStep, false) : undefined;
      const hits = await batchOfAll(
        // The user's row first, as every new password has it: of two links at once neither waits for the other.
        (db) => {
          const good = db
            .select({ id: mailLinks.id })
            .from(mailLinks)
            .where(and(isThis, gt(mailLinks.expiresAt, event.at)));
          const isAllowed = and(isOf(tables, { userId, email }), exists(good), needsNoProof);
          return [
            updatePassword(db, tables, isAllowed, passwordHash),
            ...proofGuards(db, tables, proof, { userId, at: event.at }),
          ];
        },
        (db) => [
          ...(email === null ? [] : [verifyEmail(db, tables, userId, email, event.at)]),
          ...writesAfterReset(db, tables, userId, event),
          ...proofEvents(db, tables, proof, userId),
          ...(waysIn ? removeWaysIn(db, tables, { userId, ...waysIn }) : []),
        ],
      );
      if (hits === 0) return 'void';
      return hits < 1 + proofGuardCount(proof) ? 'wrong_proof' : 'used';
    },

    async voidMailLink(id) {
      await run((db) => voidLinks(db, tables, eq(mailLinks.id, id)));
    },
  };
}

/** Matches the user of a link while they have the address that it was mailed to. An operator's link has none. */
function isOf({ users }: Tables, { userId, email }: Pick<MailLink, 'userId' | 'email'>): SQL | undefined {
  return and(eq(users.id, userId), email === null ? undefined : eq(users.email, email));
}

/** Marks an address as verified, if it is the user's still. */
function verifyEmail(db: Db, { users }: Tables, userId: string, email: string, at: Date) {
  return db
    .update(users)
    .set({ emailVerifiedAt: at, emailVouched: false })
    .where(and(eq(users.id, userId), eq(users.email, email)))
    .returning({ id: users.id });
}
