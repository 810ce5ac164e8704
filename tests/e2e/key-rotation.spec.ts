/** Each kind of key rotated and pruned by the operator's command, with a restart after each, under somebody who is signed in. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Page } from '@playwright/test';
import { runLatchkey } from '#tests/support/latchkey.ts';
import { freePort, startServer } from '#tests/support/server.ts';
import { test as base, cookieValue, expect, signUp } from './fixtures.ts';

const test = base.extend<{ folder: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright asks for it.
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-rotation-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
});

/** The value that the command prints for a setting that comes from the environment. */
async function newValue(words: string[], settings: Record<string, string>): Promise<string> {
  const { code, output } = await runLatchkey(words, '', settings);
  expect(code).toBe(0);
  return parseEnv(`VALUE=${output.split('\n')[1]}`).VALUE ?? '';
}

/** Which key the browser's newest token of each kind is written with. */
const keyOf = {
  auth: async (page: Page) => (await cookieValue(page.context(), 'refresh'))?.split('.')[1],
  session: async (page: Page) => (await cookieValue(page.context(), 'session'))?.split('*')[1],
  access: async (page: Page) => {
    const { access_token } = await (await page.request.get('/api/auth/session')).json();
    return JSON.parse(Buffer.from(String(access_token).split('.')[0] ?? '', 'base64url').toString()).kid;
  },
};
const names = { auth: 'AUTH_SECRET', session: 'SESSION_SECRET', access: 'ACCESS_TOKEN_KEYS' };

/** Works as ever: from the server, by the script of the page, and after a reload. */
async function isAtWork(page: Page, title: string): Promise<void> {
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Tasks' })).toBeVisible();
  await page.getByLabel('New task').fill(title);
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByRole('link', { name: title })).toBeVisible();
}

for (const kind of ['auth', 'session', 'access'] as const) {
  test(`rotating and pruning the ${kind} keys signs nobody out`, async ({ browser, folder, email }) => {
    test.setTimeout(180_000);
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const settings = {
      PORT: String(port),
      APP_URL: url,
      DATABASE_URL: `file:${join(folder, 'test.db')}`,
      ACCESS_TTL_SECONDS: '5',
      LATCHKEY_WORKERS: '1',
    };
    let server = await startServer(settings);
    const restart = async (changes: Record<string, string>) => {
      await server.stop();
      server = await startServer({ ...settings, ...changes });
    };
    const context = await browser.newContext({ baseURL: url });
    await signUp(context, email);
    const page = await context.newPage();
    await page.goto('/tasks');
    await isAtWork(page, 'Before');
    const old = await keyOf[kind](page);

    const rotated = await newValue(['keys', 'rotate', kind], settings);
    await restart({ [names[kind]]: rotated });
    await isAtWork(page, 'With both keys');
    await expect.poll(() => keyOf[kind](page)).not.toBe(old);

    const pruned = await newValue(['keys', 'prune', kind], { ...settings, [names[kind]]: rotated });
    await restart({ [names[kind]]: pruned });
    await isAtWork(page, 'With the new key');
    await expect(page.getByRole('listitem')).toHaveCount(3);
    await context.close();
    await server.stop();
  });
}
