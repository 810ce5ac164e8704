import { and, eq, gt, lt, lte, type SQL, sql } from 'drizzle-orm';
import type { SignUpKey, SignUpStore } from '#db/store/sign-ups.ts';
import { codeResends, codeTries } from '#lib/core/policy.ts';
import type { Executor, Tables } from './executor.ts';
import { waiting } from './mails.ts';

export function signUpQueries({ tables, run, batch }: Executor): SignUpStore {
  const { signUps, mails } = tables;
  return {
    async addSignUp(signUp, mail) {
      await batch(
        (db) => db.insert(signUps).values(signUp).returning({ id: signUps.id }),
        (db) => [
          db
            .insert(mails)
            .values({ ...waiting(mail), signUpId: signUp.id })
            .returning({ id: mails.id }),
        ],
      );
    },

    async findSignUp(id, now) {
      const [found] = await run((db) =>
        db
          .select()
          .from(signUps)
          .where(isOpen(tables, id, now)),
      );
      return found ?? null;
    },

    async countCodeTry(key, now) {
      const [counted] = await run((db) =>
        db
          .update(signUps)
          .set({ tries: sql`${signUps.tries} + 1` })
          .where(isOwn(tables, key, now))
          .returning(),
      );
      return counted ?? null;
    },

    async mailCodeAgain(key, mailedBefore, mail) {
      const mayMail = and(
        isOwn(tables, key, mail.at),
        lte(signUps.mailedAt, mailedBefore),
        lte(signUps.mails, codeResends.count),
      );
      const mailed = await batch(
        (db) =>
          db
            .update(signUps)
            .set({ mails: sql`${signUps.mails} + 1`, mailedAt: mail.at })
            .where(mayMail)
            .returning({ id: signUps.id }),
        (db) => [
          db
            .insert(mails)
            .values({ ...waiting(mail), signUpId: key.id })
            .returning({ id: mails.id }),
        ],
      );
      return mailed.length > 0;
    },
  };
}

/** Matches a sign-up that may still be completed. */
function isOpen({ signUps }: Tables, id: string, now: Date): SQL | undefined {
  return and(eq(signUps.id, id), gt(signUps.expiresAt, now), lt(signUps.tries, codeTries));
}

function isOwn(tables: Tables, { id, secretHash }: SignUpKey, now: Date): SQL | undefined {
  return and(isOpen(tables, id, now), eq(tables.signUps.secretHash, secretHash));
}
