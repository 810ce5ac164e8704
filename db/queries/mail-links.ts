import { type AnyColumn, and, eq, gt, ne, notExists, sql } from 'drizzle-orm';
import type { MailLinkStore } from '#db/store/mail-links.ts';
import { insertIf } from './conditional-insert.ts';
import type { Db, Executor, Tables } from './executor.ts';
import { isAtTry } from './mails.ts';
import { ofUser, updatePassword, voidLinks, writesAfterReset } from './passwords.ts';

export function mailLinkQueries({ tables, run, batch }: Executor): MailLinkStore {
  const { users, mails, mailLinks } = tables;
  return {
    async addOperatorLink(link) {
      await batch(
        (db) => db.insert(mailLinks).values(link).returning({ id: mailLinks.id }),
        (db) => [voidLinks(db, tables, and(ofUser(tables, link.userId, [link.kind]), ne(mailLinks.id, link.id)))],
      );
    },

    async linkMail(mail, link, goodUntil) {
      const own = ofUser(tables, link.userId, [link.kind]);
      const linked = await batch(
        (db) => db.update(mails).set({ userId: link.userId }).where(isAtTry(tables, mail)).returning({ id: mails.id }),
        (db) => {
          const good = db
            .select({ id: mailLinks.id })
            .from(mailLinks)
            .where(and(own, gt(mailLinks.expiresAt, goodUntil)));
          const isOwner = and(eq(users.id, link.userId), notExists(good));
          const best = (column: AnyColumn) =>
            sql`(select ${column} from ${mailLinks} where ${own} order by ${mailLinks.expiresAt} desc limit 1)`;
          return [
            insertIf(db, mailLinks, link, users, isOwner).returning({ id: mailLinks.id }),
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

    async redeemPasswordLink({ link: { id, kind, userId, email }, passwordHash, event }) {
      const isGood = and(
        eq(mailLinks.id, id),
        eq(mailLinks.kind, kind),
        eq(mailLinks.userId, userId),
        gt(mailLinks.expiresAt, event.at),
      );
      const used = await batch(
        (db) => db.delete(mailLinks).where(isGood).returning({ id: mailLinks.id }),
        (db) => [
          updatePassword(db, tables, userId, passwordHash),
          ...(email === null ? [] : [verifyEmail(db, tables, userId, email, event.at)]),
          ...writesAfterReset(db, tables, userId, event),
        ],
      );
      return used.length > 0 ? 'used' : 'void';
    },
  };
}

/** Marks an address as verified, if it is the user's still. */
function verifyEmail(db: Db, { users }: Tables, userId: string, email: string, at: Date) {
  return db
    .update(users)
    .set({ emailVerifiedAt: at })
    .where(and(eq(users.id, userId), eq(users.email, email)))
    .returning({ id: users.id });
}
