import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '#db/index.ts';
import type { Store } from '#db/store/store.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { newDatabase, type TestDatabase } from '#tests/support/database.ts';
import { type Instance, startInstance } from './processes/start.ts';

/** Two processes of the app on one database, with the database's clock. */
let database: TestDatabase;
let store: Store;
let instances: Instance[];

beforeAll(async () => {
  database = await newDatabase();
  store = await openStore(database.url);
  const settings = {
    DATABASE_URL: database.url,
    LIMIT_LOGIN_PER_ACCOUNT: '5/900',
    LIMIT_REGISTER_PER_ADDRESS: '100/900',
    LIMIT_REFRESH_PER_SESSION: '1000/60',
  };
  instances = await Promise.all([startInstance(settings), startInstance(settings)]);
});
afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.stop()));
  await store.close();
  await database.close();
});

/** `times` tabs of one browser, half of them at each process. */
const tabs = (browser: Browser, times: number) =>
  Array.from({ length: times }, (_, index) => browser.copy(instances[index % 2]?.server));
const statuses = (responses: Response[]) => [...new Set(responses.map(({ status }) => status))].sort();
const refreshToken = (browser: Browser) => browser.cookies.get('latchkey-refresh') ?? '';
const me = (browser: Browser) => browser.send('GET', '/api/me');
let people = 0;
function somebody(): Promise<Browser> {
  people += 1;
  return signedUp(`person-${people}@example.org`, { ...(instances[0] && { server: instances[0].server }) });
}
const row = async (browser: Browser) => (await store.findSession(refreshToken(browser).split('.')[2] ?? ''))?.session;

async function expectOver(...browsers: Browser[]): Promise<void> {
  const asked = browsers.flatMap((browser) => tabs(browser, 2));
  expect(statuses(await Promise.all(asked.flatMap((tab) => [tab.refresh(), me(tab)])))).toEqual([401]);
}

test('fifty refreshes of one token over two processes make one successor, the same bytes everywhere', async () => {
  const browser = await somebody();
  const all = tabs(browser, 50);
  expect(statuses(await Promise.all(all.map((tab) => tab.refresh())))).toEqual([200]);
  expect(new Set(all.map(refreshToken)).size).toBe(1);
  expect(await row(browser)).toMatchObject({ head: 1, version: 1 });
});

describe('refreshes at both processes', () => {
  /** What ends the session, and whether the one that did it is signed in afterwards. */
  const endings: [string, (browser: Browser) => Promise<Response>, boolean][] = [
    ['a sign-out', (browser) => browser.send('POST', '/api/auth/logout', { token: null }), false],
    ['a sign-out everywhere', (browser) => browser.send('DELETE', '/api/auth/sessions'), false],
    [
      'a new sign-in by the same browser',
      (browser) => browser.authenticate('/api/auth/token', { email: `person-${people}@example.org`, password }),
      true,
    ],
    [
      'a new password',
      (browser) =>
        browser.authenticate('/api/auth/password', { current_password: password, new_password: 'other words there' }),
      true,
    ],
  ];

  test.each(endings)('against %s: nothing outlives it, and nothing is a fault', async (_name, end, isSignedIn) => {
    const browser = await somebody();
    // `authenticate` drops the access token, which a change of the password needs.
    const asking = browser.copy(async (request) => {
      if (!request.headers.has('Authorization')) request.headers.set('Authorization', `Bearer ${browser.token}`);
      return (instances[1]?.server ?? browser.server)(request);
    });
    const racing = tabs(browser, 20);
    const [ended, ...refreshed] = await Promise.all([end(asking), ...racing.map((tab) => tab.refresh())]);
    expect(ended?.ok).toBe(true);
    expect(statuses(refreshed).filter((status) => status !== 200 && status !== 401)).toEqual([]);
    await expectOver(browser, ...racing);
    if (isSignedIn) expect((await me(asking)).status).toBe(200);
  });

  test('against a sign-out of all others: the one that is kept goes on, the others do not', async () => {
    const browser = await somebody();
    const other = new Browser(browser.server);
    await other.authenticate('/api/auth/token', { email: `person-${people}@example.org`, password });
    const [kept, lost] = [tabs(browser, 10), tabs(other, 10)];
    const [ended] = await Promise.all([
      browser.send('DELETE', '/api/auth/sessions?except=current'),
      ...[...kept, ...lost].map((tab) => tab.refresh()),
    ]);
    expect(ended.status).toBe(204);
    await expectOver(other, ...lost);
    expect(new Set(kept.map(refreshToken)).size).toBe(1);
    expect((await kept[0]?.refresh())?.status).toBe(200);
  });

  test('against a thief with an older token: whoever comes first, the session is over', async () => {
    const browser = await somebody();
    const thief = browser.copy(instances[1]?.server);
    await browser.refresh();
    expect((await me(browser)).status).toBe(200);
    for (const instance of instances) instance.advance(11);
    const racing = tabs(browser, 10);
    const [stolen, ...refreshed] = await Promise.all([thief.refresh(), ...racing.map((tab) => tab.refresh())]);
    expect(stolen?.status).toBe(401);
    expect(statuses(refreshed).filter((status) => status !== 200 && status !== 401)).toEqual([]);
    expect(await row(browser)).toMatchObject({ endReason: 'reuse' });
    await expectOver(browser, ...racing);
  });
});

test('twenty registrations of one address over two processes make one account', async () => {
  const json = { email: 'twenty@example.org', password };
  const asked = tabs(new Browser(), 20).map((browser) => browser.authenticate('/api/auth/register', json));
  const answers = (await Promise.all(asked)).map(({ status }) => status);
  expect(answers.sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
});

test('of twenty sign-in tries at once over two processes exactly the limit gets through', async () => {
  const json = { email: 'nobody@example.org', password: 'wrong' };
  const asked = tabs(new Browser(), 20).map((browser) => browser.authenticate('/api/auth/token', json));
  const answers = (await Promise.all(asked)).map(({ status }) => status);
  expect(answers.sort()).toEqual([...Array.from({ length: 5 }, () => 401), ...Array.from({ length: 15 }, () => 429)]);
});
