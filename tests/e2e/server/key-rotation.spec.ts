/** Each kind of key rotated and pruned by the operator's command, with a restart after each, under somebody who is signed in. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { BrowserContext, Page } from '@playwright/test';
import { decodeProtectedHeader } from 'jose';
import { accessToken, cookieValue, expect, signUp, test } from '#tests/e2e/fixtures.ts';
import { expirePageSession } from '#tests/e2e/forged.ts';
import { callByHand, openTab } from '#tests/e2e/network-fixtures.ts';
import { runLatchkey } from '#tests/support/latchkey.ts';
import { freePort, startServer } from '#tests/support/server.ts';

const names = { auth: 'AUTH_SECRET', session: 'SESSION_SECRET', access: 'ACCESS_TOKEN_KEYS' };

/** The values that the command prints for settings that come from the environment, of each kind. */
async function newValues(command: 'rotate' | 'prune', settings: Record<string, string>) {
  const values = Object.entries(names).map(async ([kind, name]) => {
    const { code, output } = await runLatchkey(['keys', command, kind], '', settings);
    expect(code).toBe(0);
    return [name, parseEnv(`VALUE=${output.split('\n')[1]}`).VALUE ?? ''] as const;
  });
  return Object.fromEntries(await Promise.all(values));
}

/** Which keys the browser's newest tokens of each kind are written with. */
async function keysOf(context: BrowserContext) {
  return {
    auth: (await cookieValue(context, 'refresh'))?.split('.')[1],
    session: (await cookieValue(context, 'session'))?.split('*')[1],
    access: decodeProtectedHeader(await accessToken(context)).kid,
  };
}

/** Works as ever: from the server, after a reload, and by the script of the page. */
async function isAtWork(page: Page): Promise<void> {
  const tokenTaken = page.waitForResponse((answer) => answer.url().endsWith('/api/auth/session'));
  await page.reload();
  await expect(page.getByText('This device')).toBeVisible();
  expect((await tokenTaken).status()).toBe(200);
  await callByHand(page);
}

test('rotating and pruning each kind of key signs nobody out', async ({ browser, email }) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-rotation-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const settings = { PORT: String(port), APP_URL: url, DATABASE_URL: `file:${join(folder, 'test.db')}` };
  let server = await startServer(settings);
  const restart = async (changes: Record<string, string>) => {
    await server.stop();
    server = await startServer({ ...settings, ...changes });
  };
  const context = await browser.newContext({ baseURL: url });
  await signUp(context, email);
  const page = await openTab(context);
  await callByHand(page);
  const old = await keysOf(context);

  const rotated = await newValues('rotate', settings);
  await restart(rotated);
  await isAtWork(page);
  expect(await keysOf(context)).toEqual(old);
  await expirePageSession(context);
  await isAtWork(page);
  const current = await keysOf(context);
  for (const kind of ['auth', 'session', 'access'] as const) expect(current[kind], kind).not.toBe(old[kind]);

  await restart(await newValues('prune', { ...settings, ...rotated }));
  await isAtWork(page);
  expect(await keysOf(context)).toEqual(current);
  await context.close();
  await server.stop();
  rmSync(folder, { recursive: true });
});
