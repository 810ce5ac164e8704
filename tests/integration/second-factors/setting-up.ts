/** Setting an authenticator app up, as a person does it: a picture, then a code. */
import { totpConfirmed, totpSetup } from '#lib/core/second-factors/contract.ts';
import type { TestApp } from '#tests/support/app.ts';
import { authenticator } from '#tests/support/authenticator.ts';
import { type Browser, signedUp } from '#tests/support/browser.ts';

export const path = {
  factors: '/api/auth/factors',
  totp: '/api/auth/totp',
  confirm: '/api/auth/totp/confirm',
  twoStep: '/api/auth/two-step',
  recovery: '/api/auth/recovery-codes',
  device: (id: string) => `/api/auth/trusted-devices/${id}`,
};

/** Begins to set up an app. Returns what was answered, and the app. */
export async function start(who: Browser) {
  const response = await who.send('POST', path.totp);
  if (response.status !== 200) throw new Error(`Setting up answered ${response.status}.`);
  const setup = totpSetup.parse(await response.json());
  return { setup, ...authenticator(setup.uri) };
}

export function confirm(who: Browser, code: string, more: object = {}): Promise<Response> {
  return who.send('POST', path.confirm, { json: { code, ...more } });
}

/** Sets up an app for somebody who is signed in and fresh. Goes on with the tokens of the answer. */
export async function setUp(app: TestApp, who: Browser, more: object = {}) {
  const { setup, codeAt } = await start(who);
  const response = await confirm(who, codeAt(app.clock.now), more);
  if (response.status !== 200) throw new Error(`Confirming answered ${response.status}.`);
  const confirmed = totpConfirmed.parse(await response.json());
  who.token = confirmed.access_token;
  return { setup, codeAt, confirmed, codes: confirmed.recovery_codes ?? [] };
}

/** A new account with two-step sign-in. */
export async function guarded(app: TestApp, email?: string) {
  const who = await signedUp(email);
  return { who, ...(await setUp(app, who)) };
}

export async function factorsOf(who: Browser) {
  return (await who.send('GET', path.factors)).json();
}

/** Makes a code that is another one. */
export function another(code: string): string {
  return code.replace(/\d/, (digit) => String((Number(digit) + 1) % 10));
}

export async function errorOf(response: Response): Promise<[number, string, string[]]> {
  const { error, fields } = await response.json();
  return [response.status, error, Object.keys(fields ?? {})];
}
