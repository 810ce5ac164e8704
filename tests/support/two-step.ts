/** Turns two-step sign-in on where a test needs it, by rows alone. */
import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { postgresExecutor } from '#db/postgres/executor.ts';
import { postgresPool } from '#db/postgres/pool.ts';
import type { Executor } from '#db/queries/executor.ts';
import { sqliteExecutor } from '#db/sqlite/executor.ts';
import { sqliteFile } from '#db/sqlite/file.ts';
import { sealedSecrets } from '#lib/server/crypto/sealed-secrets.ts';
import { recoveryHash } from '#lib/server/second-factors/proof.ts';
import { typedSecret } from '#lib/server/second-factors/totp.ts';
import { appCodeOf } from './app-code.ts';

export interface Factors {
  /** The app's secret, in base32. */
  secret: string;
  /** The app's code at a time; `steps` of 30 s later or earlier. */
  code(at: Date, steps?: number): string;
  recoveryCodes: string[];
}

/** Runs statements on a database beside the app. */
export async function beside<T>(url: string, work: (executor: Executor) => Promise<T>): Promise<T> {
  if (url.startsWith('file:')) {
    const file = sqliteFile(url.slice('file:'.length), 5);
    return work(sqliteExecutor(file)).finally(() => file.close());
  }
  const pool = postgresPool(url, { connections: 2, waitSeconds: 5 });
  return work(postgresExecutor(pool)).finally(() => pool.close());
}

/** Gives a user an authenticator app and two recovery codes, and turns two-step sign-in on. */
export async function turnOn(
  { run, tables }: Executor,
  userId: string,
  { secrets, at }: { secrets: string[]; at: Date },
): Promise<Factors> {
  const secret = randomBytes(20);
  const totp = { userId, ...sealedSecrets(secrets).seal(userId, secret), lastStep: 0, failures: 0, createdAt: at };
  const recoveryCodes = ['A', 'B'].map(
    (letter) =>
      letter +
      userId
        .replace(/[^\dA-F]/gi, '')
        .slice(0, 23)
        .toUpperCase(),
  );
  const rows = recoveryCodes.map((code) => ({ userId, hash: recoveryHash(code), createdAt: at }));
  await run((db) =>
    db
      .insert(tables.totps)
      .values({ ...totp, lastUsedAt: null })
      .returning(),
  );
  await run((db) => db.insert(tables.recoveryCodes).values(rows).returning());
  await setTwoStep({ run, tables }, userId, true);
  const typed = typedSecret(secret);
  return { secret: typed, recoveryCodes, code: (when, steps = 0) => appCodeOf(typed, when, steps) };
}

export async function setTwoStep({ run, tables }: Pick<Executor, 'run' | 'tables'>, userId: string, twoStep: boolean) {
  await run((db) => db.update(tables.users).set({ twoStep }).where(eq(tables.users.id, userId)).returning());
}
