/** What the return of a backup means for sessions. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { type Browser, password, signedUp } from '#tests/support/browser.ts';
import { copyOf, type TestDatabase } from '#tests/support/database.ts';

let app: TestApp;
let copy: TestDatabase;
beforeEach(async () => {
  app = await startApp();
});
afterEach(async () => {
  await app.close();
  await copy.close();
});

const status = async (asked: Promise<Response>) => (await asked).status;
const me = (browser: Browser) => status(browser.send('GET', '/api/me'));

test('after a restore sessions that were ended since are alive again, until AUTH_EPOCH is raised', async () => {
  const browser = await signedUp();
  const thief = browser.copy();
  copy = await copyOf(app.deps.env.DATABASE_URL);
  expect(await status(browser.send('POST', '/api/auth/logout'))).toBe(204);
  expect(await me(thief)).toBe(401);

  await app.restart({ DATABASE_URL: copy.url });
  expect(await me(thief)).toBe(200);

  await app.restart({ DATABASE_URL: copy.url, AUTH_EPOCH: '1' });
  expect(await me(thief)).toBe(401);
  expect(await status(thief.refresh())).toBe(401);
  expect(await status(browser.authenticate('/api/auth/token', { email: 'ann@example.org', password }))).toBe(200);
  expect(await me(browser)).toBe(200);
});

test('after a restore without a new epoch, a browser that is ahead of the database ends its session instead of reviving old tokens', async () => {
  const browser = await signedUp();
  const old = browser.copy();
  copy = await copyOf(app.deps.env.DATABASE_URL);
  for (let turn = 0; turn < 3; turn++) expect(await status(browser.refresh())).toBe(200);

  await app.restart({ DATABASE_URL: copy.url });
  expect(await status(browser.refresh())).toBe(401);
  expect(await status(old.refresh())).toBe(401);
  expect(await me(old)).toBe(401);
});
