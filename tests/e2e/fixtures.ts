/** What every browser test stands on: the built app with its settings, and people who are signed in. */
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { type RunningServer, startServer } from '#tests/support/server.ts';

export { expect };

export const password = 'a few unrelated words';
let people = 0;

interface TestFixtures {
  /** An address that no other test uses. */
  email: string;
  /** What pages of the test's context did against their policy. There must be nothing left at the end. */
  violations: string[];
  /** A page of a new account, signed in, at /tasks. */
  signedInPage: Page;
}
interface WorkerFixtures {
  settings: Record<string, string>;
  server: RunningServer;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  settings: [{}, { scope: 'worker', option: true }],
  server: [
    async ({ settings }, use) => {
      const server = await startServer(settings);
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  baseURL: ({ server }, use) => use(server.url),
  email: async ({ server }, use) => use(`person-${server.port}-${++people}@example.org`),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
  violations: async ({}, use) => use([]),
  context: async ({ context, violations }, use) => {
    await watchPolicy(context, violations);
    await use(context);
    expect(violations).toEqual([]);
  },
  signedInPage: async ({ page, email }, use) => {
    await signUp(page.context(), email);
    await page.goto('/tasks');
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
  options: { remember?: boolean } = {},
): Promise<void> {
  const response = await context.request.post('/api/auth/register', {
    data: { email, password, name: 'Ann', ...options },
  });
  if (response.status() !== 201) throw new Error(`Signing up answered ${response.status()}.`);
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
