/** People who have a passkey, and how they show it. */
import { eq } from 'drizzle-orm';
import { setContainer } from '#lib/server/runtime/container.ts';
import { addPasskey, shown } from '#tests/integration/second-factors/passkeys.ts';
import type { TestApp } from '#tests/support/app.ts';
import { Browser, signedUp } from '#tests/support/browser.ts';
import type { Lies, MadePasskey, makePasskey } from '#tests/support/passkey.ts';
import { beside, type Factors, turnOn } from '#tests/support/two-step.ts';
import { path } from './two-steps.ts';

export interface PasskeyOwner {
  id: string;
  email: string;
  /** The browser in which the account was made. */
  browser: Browser;
  passkey: MadePasskey;
}

/** Makes an account with a passkey, whose address is verified. */
export async function withPasskey(
  { deps, clock }: TestApp,
  email = 'ann@example.org',
  how: Parameters<typeof makePasskey>[1] = {},
): Promise<PasskeyOwner> {
  const browser = await signedUp(email);
  const user = await deps.store.findUserByEmail(email);
  await beside(deps.env.DATABASE_URL, ({ run, tables: { users } }) =>
    run((db) => db.update(users).set({ emailVerifiedAt: clock.now }).where(eq(users.email, email)).returning()),
  );
  const { response, passkey } = await addPasskey(browser, how);
  if (!user || response.status !== 201) throw new Error(`Adding a passkey answered ${response.status}.`);
  return { id: user.id, email, browser, passkey };
}

/** Makes an account with a passkey, an app, two recovery codes and two-step sign-in. */
export async function guardedByPasskey(app: TestApp, email = 'ann@example.org'): Promise<PasskeyOwner & Factors> {
  const owner = await withPasskey(app, email);
  const about = { secrets: app.deps.env.AUTH_SECRET, at: app.clock.now };
  const factors = await beside(app.deps.env.DATABASE_URL, (executor) => turnOn(executor, owner.id, about));
  return { ...owner, ...factors };
}

/** Signs in with a passkey alone, and goes on with the tokens of the answer. */
export async function signInWith(passkey: MadePasskey, { browser = new Browser(), lies = {}, more = {} }: How = {}) {
  const json = { ...(await shown(browser, passkey, 'sign_in', lies)), ...more };
  return { browser, json, response: await browser.authenticate(path, json) };
}
interface How {
  browser?: Browser;
  lies?: Lies;
  more?: object;
}

/** Returns the claims of a browser's access token. */
export function claimsOf({ token }: Browser) {
  return JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString());
}

/** Answers calls by another process on the same database, for as long as the work takes. */
export async function elsewhere<T>(own: TestApp['deps'], other: TestApp['deps'], work: () => Promise<T>): Promise<T> {
  setContainer(other);
  return work().finally(() => setContainer(own));
}
