/** Pages that reach the server by a network on which answers can be lost or late, and what they do there. */
import type { BrowserContext, Page } from '@playwright/test';
import { type Network, startNetwork } from '#tests/support/network.ts';
import { freePort, type RunningServer, startServer } from '#tests/support/server.ts';
import { test as base, expect, password, takenOver } from './fixtures.ts';
import { kept } from './kept.ts';

export const refresh = 'POST /api/auth/refresh';
export const endOthers = 'DELETE /api/auth/sessions';

/** Tells where the database of the server behind it is. */
type NetworkToServer = Network & Pick<RunningServer, 'databaseUrl'>;

const networkWith = kept(async (settings): Promise<NetworkToServer> => {
  const [port, targetPort] = [await freePort(), await freePort()];
  const network = await startNetwork(port, targetPort);
  const server = await startServer({ ...settings, PORT: String(targetPort), APP_URL: network.url });
  return {
    ...network,
    databaseUrl: server.databaseUrl,
    async stop() {
      await network.stop();
      await server.stop();
    },
  };
});

interface TestFixtures {
  network: NetworkToServer;
  /** Another browser, in which the same person signs in; they have an account by then. */
  anotherBrowser: () => Promise<BrowserContext>;
}

export const test = base.extend<TestFixtures>({
  network: async ({ settings }, use) => use(await networkWith(settings)),
  baseURL: ({ network }, use) => use(network.url),
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
export async function openTab(context: BrowserContext, path = '/account/sessions'): Promise<Page> {
  const page = await context.newPage();
  const tokenTaken = page.waitForResponse(
    (answer) => /\/api\/auth\/(session|refresh)$/.test(answer.url()) && answer.status() === 200,
  );
  await page.goto(path);
  await tokenTaken;
  return page;
}

/** Presses a button of /account/sessions, and waits until the page says that its authorised call went well. */
export async function callByHand(page: Page): Promise<void> {
  await takenOver(page);
  const answer = page.waitForResponse((one) => one.request().method() === 'DELETE' && one.status() === 204);
  await page.getByRole('button', { name: 'End all other sessions' }).click();
  await answer;
  await expect(
    page
      .getByRole('status')
      .filter({ hasText: /only (this )?device/i })
      .first(),
  ).toBeVisible();
}

/** Whose session the cookies name, as the server sees it; null where they name none that lives. */
export async function whoseCookies(context: BrowserContext): Promise<string | null> {
  const answer = await context.request.get('/api/auth/session');
  return answer.ok() ? (await answer.json()).user.email : null;
}
