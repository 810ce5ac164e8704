/** Signing in in two steps, as a browser does it. */
import type { TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { beside, type Factors, turnOn } from '#tests/support/two-step.ts';

export const path = '/api/auth/token';
export const cookieName = 'latchkey-second-step';
export const deviceCookie = 'latchkey-device';

export interface Person extends Factors {
  id: string;
  email: string;
  /** The browser in which the account was made. */
  browser: Browser;
}

/** Somebody with an authenticator app, two recovery codes and two-step sign-in. */
export async function withTwoStep({ deps, clock }: TestApp, email = 'ann@example.org'): Promise<Person> {
  const browser = await signedUp(email);
  const user = await deps.store.findUserByEmail(email);
  if (!user) throw new Error('Nobody signed up.');
  const about = { secrets: deps.env.AUTH_SECRET, at: clock.now };
  const factors = await beside(deps.env.DATABASE_URL, (executor) => turnOn(executor, user.id, about));
  return { ...factors, id: user.id, email, browser };
}

interface From {
  browser?: Browser;
  /** Address, where the app believes what server.ts says. */
  from?: string;
  over?: object;
}

const headersOf = (from: string | undefined) => ({ headers: from === undefined ? {} : { 'X-Forwarded-For': from } });

/** Shows the right password. */
export function showPassword(
  email: string,
  { browser = new Browser(), from, over = {} }: From = {},
): Promise<Response> {
  return browser.send('POST', path, { json: { email, password, ...over }, token: null, ...headersOf(from) });
}

export interface Asked {
  browser: Browser;
  id: string;
}

/** Shows the right password; answers the second step that is asked for. */
export async function asked(email: string, given: From = {}): Promise<Asked> {
  const browser = given.browser ?? new Browser();
  const response = await showPassword(email, { ...given, browser });
  if (response.status !== 403) throw new Error(`Signing in answered ${response.status}.`);
  return { browser, id: (await response.json()).second_step.id };
}

/** Types a code, or sends what is given. */
export function type({ browser, id }: Asked, json: object, from?: string): Promise<Response> {
  return browser.send('POST', path, { json: { second_step_id: id, ...json }, token: null, ...headersOf(from) });
}

/** Makes a code that is another one. */
export function another(code: string): string {
  return code.replace(/\d/, (digit) => String((Number(digit) + 1) % 10));
}

/** The status, and the fields that the answer is about. */
export async function outcomeOf(response: Response): Promise<string> {
  const { fields = {} } = response.status === 200 ? {} : await response.json();
  return [response.status, ...Object.keys(fields)].join(' ');
}

/** Ids of the user's sessions that live, but for the one that made the account. */
export async function newSessionsOf(
  { deps, clock }: TestApp,
  { id, browser }: Pick<Person, 'id' | 'browser'>,
): Promise<string[]> {
  const first = browser.cookies.get('latchkey-refresh')?.split('.')[2];
  const rows = await deps.store.listSessions(id, clock.now, deps.env.AUTH_EPOCH);
  return rows.map((row) => row.id).filter((one) => one !== first);
}

/** Types of the user's security events. */
export async function eventsOf({ deps }: TestApp, { id }: Pick<Person, 'id'>): Promise<string[]> {
  const { items } = await deps.store.listSecurityEvents(id, { page: 1, size: 100 });
  return items.map((event) => event.type);
}
