import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { queries } from '#db/queries/queries.ts';
import { sqliteExecutor } from '#db/sqlite/executor.ts';
import { sqliteFile } from '#db/sqlite/file.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
let browser: Browser;
/** Makes the next write fail as SQLite fails on such a disk. The fault goes away with the connection that met it. */
let spoil: (pragma: string) => Promise<unknown>;
let closeFile: () => void;

beforeEach(async () => {
  app = await startApp({ RATE_LIMITS: 'off' });
  browser = await signedUp();
  const file = sqliteFile(app.deps.env.DATABASE_URL.replace(/^file:/, ''), 0.1);
  Object.assign(app.deps.store, queries(sqliteExecutor(file)));
  spoil = (pragma) => file.use(({ sqlite }) => sqlite.pragma(pragma));
  closeFile = () => file.close();
});
afterEach(async () => {
  closeFile();
  await app.close();
});

async function expectBusy(response: Response): Promise<void> {
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
  expect(response.headers.getSetCookie()).toEqual([]);
  expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' });
}

describe('a file that cannot be written', () => {
  const readOnly = 'query_only = 1';

  test('refuses a sign-in and a refresh for now, and signs nobody out', async () => {
    await spoil(readOnly);
    await expectBusy(await browser.send('POST', '/api/auth/refresh', { token: null }));
    await spoil(readOnly);
    const json = { email: 'ann@example.org', password };
    await expectBusy(await new Browser().send('POST', '/api/auth/token', { json }));
    expect((await browser.refresh()).status).toBe(200);
    expect((await browser.send('GET', '/api/me')).status).toBe(200);
  });

  test('serves no data whose first use cannot be written down, and serves what needs no writing', async () => {
    await spoil(readOnly);
    await expectBusy(await browser.send('GET', '/api/me'));
    expect((await browser.send('GET', '/api/me')).status).toBe(200);
    await spoil(readOnly);
    expect((await browser.send('GET', '/api/me')).status).toBe(200);
  });

  test('keeps the cookies of who could not be signed out', async () => {
    await spoil(readOnly);
    await expectBusy(await browser.send('POST', '/api/auth/logout', { token: null }));
    expect(browser.cookies.size).toBe(2);
    expect((await browser.send('POST', '/api/auth/logout', { token: null })).status).toBe(204);
    expect((await browser.send('GET', '/api/me')).status).toBe(401);
  });
});

test('a full disk refuses a task for now, keeps nothing of it, and takes it once there is room', async () => {
  await browser.send('GET', '/api/me');
  const json = { title: 'Too long', description: 'x'.repeat(5000) };
  const add = () => browser.send('POST', '/api/tasks', { json });
  await spoil('max_page_count = 1');
  await expectBusy(await add());
  expect(await (await browser.send('GET', '/api/tasks')).json()).toMatchObject({ total: 0 });
  expect((await add()).status).toBe(201);
});
