import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { expectBusy, type SpoiltDisk, spoiltDisk } from '#tests/support/spoilt-disk.ts';

let app: TestApp;
let browser: Browser;
let disk: SpoiltDisk;
beforeEach(async () => {
  app = await startApp({ RATE_LIMITS: 'off' });
  browser = await signedUp();
  disk = spoiltDisk(app);
});
afterEach(async () => {
  disk.close();
  await app.close();
});

describe('a file that cannot be written', () => {
  const readOnly = 'query_only = 1';

  test('refuses a sign-in and a refresh for now, and signs nobody out', async () => {
    await disk.spoil(readOnly);
    await expectBusy(await browser.send('POST', '/api/auth/refresh', { token: null }));
    await disk.spoil(readOnly);
    const json = { email: 'ann@example.org', password };
    await expectBusy(await new Browser().send('POST', '/api/auth/token', { json }));
    expect((await browser.refresh()).status).toBe(200);
    expect((await browser.send('GET', '/api/me')).status).toBe(200);
  });

  test('serves no data whose first use cannot be written down, and serves what needs no writing', async () => {
    await disk.spoil(readOnly);
    await expectBusy(await browser.send('GET', '/api/me'));
    expect((await browser.send('GET', '/api/me')).status).toBe(200);
    await disk.spoil(readOnly);
    expect((await browser.send('GET', '/api/me')).status).toBe(200);
  });

  test('keeps the cookies of who could not be signed out', async () => {
    await disk.spoil(readOnly);
    await expectBusy(await browser.send('POST', '/api/auth/logout', { token: null }));
    expect(browser.cookies.size).toBe(2);
    expect((await browser.send('POST', '/api/auth/logout', { token: null })).status).toBe(204);
    expect((await browser.send('GET', '/api/me')).status).toBe(401);
  });
});

test('a full disk refuses a sign-up for now, keeps nothing of it, and takes it once there is room', async () => {
  const register = (email: string) =>
    new Browser().send('POST', '/api/auth/register', { json: { email, password, name: 'x'.repeat(100) } });
  let number = 0;
  let answer: Response;
  // Until the pages that are there are full.
  do {
    number += 1;
    await disk.spoil('max_page_count = 1');
    answer = await register(`person-${number}@example.org`);
  } while (answer.status === 201 && number < 50);
  await expectBusy(answer);
  const email = `person-${number}@example.org`;
  expect(await app.deps.store.findUserByEmail(email)).toBeNull();
  expect((await register(email)).status).toBe(201);
});
