import { test as base, expect } from 'vitest';
import { landing, paths } from '#lib/core/routes.ts';
import { type RunningServer, startServer } from '#tests/support/server.ts';
import type { Driver } from './driver.ts';
import { startFirefox } from './firefox.ts';
import { type BrowserName, findBrowser } from './installed.ts';
import { Tab } from './tab.ts';
import { startWebKit } from './webkit.ts';

export { expect };

export const password = 'a few unrelated words';

const starts: Record<BrowserName, (binary: string) => Promise<Driver>> = {
  firefox: startFirefox,
  webkit: startWebKit,
};

function start(): Promise<Driver> {
  const name = process.env.BROWSER === 'webkit' ? 'webkit' : 'firefox';
  const found = findBrowser(name);
  if ('missing' in found) throw new Error(found.missing);
  return starts[name](found.path);
}

let people = 0;

/** Makes the tests of a file run against one server with these settings, each in a browser of its own. */
export function testWith(settings: Record<string, string> = {}) {
  return base.extend<{ server: RunningServer; email: string; openTab: (path?: string) => Promise<Tab> }>({
    server: [
      // biome-ignore lint/correctness/noEmptyPattern: vitest reads the pattern.
      async ({}, use) => {
        const server = await startServer(settings);
        await use(server);
        await server.stop();
      },
      { scope: 'file' },
    ],
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the pattern.
    email: async ({}, use) => use(`person-${++people}@example.org`),
    /** Opens a tab in front of the others, empty unless a path is named. */
    openTab: async ({ server }, use) => {
      const driver = await start();
      await use(async (path) => {
        const tab = new Tab(driver, await driver.openTab(), server.url);
        if (path) await tab.goto(path);
        return tab;
      });
      await driver.close();
    },
  });
}

/** Makes an account in the tab's browser without a form, and opens a page as its person. */
export async function signUp(tab: Tab, email: string, path: string = landing): Promise<void> {
  await tab.goto(paths.home);
  const status = await tab.run(
    async (body) => {
      const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
      return (await fetch('/api/auth/register', init)).status;
    },
    { email, password, name: 'Ann' },
  );
  expect(status).toBe(201);
  await tab.goto(path);
}
