/** What every browser test stands on: the built app with its settings, and people who are signed in. */
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { landing } from '#lib/core/routes.ts';
import { HttpClient } from '#tests/support/http-client.ts';
import { type RunningServer, startServer } from '#tests/support/server.ts';
import { kept, stopAllKept } from './kept.ts';

export { expect };

export const password = 'a few unrelated words';
const serverWith = kept(startServer);
let people = 0;

interface TestFixtures {
  settings: Record<string, string>;
  /** The app with these settings. A worker's tests use it one after the other. */
  server: RunningServer;
  /** An address that no other test uses. */
  email: string;
  /** Somebody with a new account, signed in, over HTTP alone. */
  client: HttpClient;
  /** What pages of the test's context did against their policy. There must be nothing left at the end. */
  violations: string[];
  /** A page of a new account, signed in, where people land. */
  signedInPage: Page;
}

export const test = base.extend<TestFixtures, { stopping: undefined }>({
  settings: [{}, { option: true }],
  server: async ({ settings }, use) => use(await serverWith(settings)),
  stopping: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
    async ({}, use) => {
      await use(undefined);
      await stopAllKept();
    },
    { scope: 'worker', auto: true },
  ],
  baseURL: ({ server }, use) => use(server.url),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
  email: async ({}, use, { workerIndex }) => use(`person-${workerIndex}-${++people}@example.org`),
  client: async ({ server, email }, use) => {
    const client = new HttpClient(server.port);
    await client.authenticate('/api/auth/register', { email, password, name: 'Ann' });
    await use(client);
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
  violations: async ({}, use) => use([]),
  context: async ({ context, violations }, use) => {
    await watchPolicy(context, violations);
    await use(context);
    expect(violations).toEqual([]);
  },
  signedInPage: async ({ page, email }, use) => {
    await signUp(page.context(), email);
    await page.goto(landing);
    await use(page);
  },
});

/** Notes whatever the pages of a context do against their Content-Security-Policy, as the browser reports it. */
async function watchPolicy(context: BrowserContext, violations: string[]): Promise<void> {
  await context.exposeFunction('reportViolation', (words: string) => violations.push(words));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample, sourceFile }) =>
      Object(window).reportViolation([effectiveDirective, blockedURI, sample, sourceFile].join(' ')),
    );
  });
  context.on('console', (message) => {
    const text = message.text();
    // A foreign page that frames one of ours is told so, too.
    const isOurs = /content security policy|trusted ?(?:html|script|type)/i.test(text) && !text.startsWith('Framing ');
    if (isOurs) violations.push(text);
  });
}

/** Makes an account over HTTP; the cookies land in the context. */
export async function signUp(
  context: BrowserContext,
  email: string,
  options: { remember?: boolean; name?: string } = {},
): Promise<void> {
  const response = await context.request.post('/api/auth/register', {
    data: { email, password, name: 'Ann', ...options },
  });
  if (response.status() !== 201) throw new Error(`Signing up answered ${response.status()}.`);
}

/** Fills in the sign-in form that the page shows, and sends it. */
export async function signInByHand(page: Page, email: string, word = password): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(word);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Resolves once React has taken the page over: what is pressed before is lost, unless its button is disabled until then. */
export async function takenOver(page: Page): Promise<void> {
  await expect(page.locator('html[data-hydrated]')).toBeAttached();
}

/** The access token of the context's page session. */
export async function accessToken({ request }: BrowserContext): Promise<string> {
  return (await (await request.get('/api/auth/session')).json()).access_token;
}

/** The header of a call in the name of the context's person. */
export async function bearer(context: BrowserContext): Promise<{ Authorization: string }> {
  return { Authorization: `Bearer ${await accessToken(context)}` };
}

/** The value of one of the two cookies, by the end of its name. */
export async function cookieValue(context: BrowserContext, name: 'refresh' | 'session'): Promise<string | undefined> {
  return (await context.cookies()).find((cookie) => cookie.name.endsWith(`latchkey-${name}`))?.value;
}

/** Counts the requests that a page makes, as `METHOD /path`. */
export function recordRequests(page: Page): string[] {
  const seen: string[] = [];
  page.on('request', (request) => seen.push(`${request.method()} ${new URL(request.url()).pathname}`));
  return seen;
}
