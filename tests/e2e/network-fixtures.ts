/** Pages that reach the server by a network on which answers can be lost or late, and what they do there. */
import type { BrowserContext, Page } from '@playwright/test';
import { type Network, startNetwork } from '#tests/support/network.ts';
import { freePort, startServer } from '#tests/support/server.ts';
import { test as base, expect, password } from './fixtures.ts';

export const refresh = 'POST /api/auth/refresh';

interface TestFixtures {
  /** Another browser, in which the same person signs in; they have an account by then. */
  anotherBrowser: () => Promise<BrowserContext>;
}

export const test = base.extend<TestFixtures, { network: Network }>({
  network: [
    async ({ settings }, use) => {
      const [port, targetPort] = [await freePort(), await freePort()];
      const network = await startNetwork(port, targetPort);
      const server = await startServer({ ...settings, PORT: String(targetPort), APP_URL: network.url });
      await use(network);
      await network.stop();
      await server.stop();
    },
    { scope: 'worker' },
  ],
  baseURL: ({ network }, use) => use(network.url),
  email: async ({ network }, use, { testId }) => use(`${testId}-${new URL(network.url).port}@example.org`),
  anotherBrowser: async ({ browser, network, email }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext({ baseURL: network.url });
      contexts.push(context);
      const answer = await context.request.post('/api/auth/token', { data: { email, password } });
      expect(answer.status()).toBe(200);
      return context;
    });
    for (const context of contexts) await context.close();
  },
});

/** Opens a private page, and resolves when its client holds an access token. */
export async function openTab(context: BrowserContext, path = '/tasks'): Promise<Page> {
  const page = await context.newPage();
  const tokenTaken = page.waitForResponse(
    (answer) => /\/api\/auth\/(session|refresh)$/.test(answer.url()) && answer.status() === 200,
  );
  await page.goto(path);
  await tokenTaken;
  return page;
}

/** Adds a task by hand: the page can make an authenticated call. */
export async function addTask(page: Page, title: string): Promise<void> {
  await page.getByLabel('New task').fill(title);
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByRole('link', { name: title })).toBeVisible();
}

export async function signInByHand(page: Page, email: string): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Whose session the cookies name, as the server sees it; null where they name none that lives. */
export async function whoseCookies(context: BrowserContext): Promise<string | null> {
  const answer = await context.request.get('/api/auth/session');
  return answer.ok() ? (await answer.json()).user.email : null;
}

/** Resolves when the server holds the access token of the session cookie for expired. Asking renews nothing. */
export async function accessTokenExpired(context: BrowserContext): Promise<void> {
  await expect.poll(() => whoseCookies(context), { timeout: 20_000 }).toBeNull();
}
