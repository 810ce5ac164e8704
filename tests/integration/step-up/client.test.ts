import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SignedOutError } from '#lib/client/result.ts';
import { stepUp } from '#lib/client/step-up.ts';
import { createBrowser, type Tab, turns } from '#lib/client/testing/fake-browser.ts';
import { sessionList } from '#lib/core/sessions/contract.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { type Browser, password, signedUp } from '#tests/support/browser.ts';
import { runs } from '#tests/support/depth.ts';
import { announced } from '#tests/support/seed.ts';

const freshSeconds = 60;
const longestStep = 4;
const [freshPath, plainPath] = ['/api/me/export', '/api/me'];

/** What happens to an answer on its way: all of it is lost, or the browser keeps the cookies and loses the rest. */
type Loss = 'whole' | 'body';

let app: TestApp;
let jar: Browser;

beforeEach(async () => {
  app = await startApp({ RATE_LIMITS: 'off', FRESH_SECONDS: String(freshSeconds) });
  jar = await signedUp();
});
afterEach(() => app.close());

/** Tabs of one browser: the client of the pages on the app's own handlers, with a network that loses answers. */
async function openTabs(count: number) {
  const browser = createBrowser();
  const losses = new Map<string, Loss>();
  const requests: string[] = [];
  let isDeaf = false;
  let underWay = 0;

  /** Waits until the app, which works on other threads too, has answered all that was asked. */
  async function settle(): Promise<void> {
    do await turns();
    while (underWay > 0);
  }

  async function fetch(url: string, init: RequestInit): Promise<Response> {
    const { pathname, search } = new URL(url, 'http://localhost:3000');
    const request = `${init.method ?? 'GET'} ${pathname}`;
    requests.push(request);
    // What it sets reaches the browser with its answer, whatever other answers set meanwhile.
    const own = jar.copy();
    underWay += 1;
    const response = await own.send(init.method ?? 'GET', pathname + search, {
      token: null,
      ...(init.body && { body: init.body }),
      headers: { 'sec-fetch-site': 'same-origin', ...Object.fromEntries(new Headers(init.headers)) },
    });
    underWay -= 1;
    init.signal?.throwIfAborted();
    const loss = losses.get(request);
    losses.delete(request);
    if (loss === 'whole') throw new TypeError('Failed to fetch');
    if (response.headers.has('set-cookie')) for (const [name, value] of own.cookies) jar.cookies.set(name, value);
    return loss === 'body' ? new Response('{"access', response) : response;
  }

  const tabs: (Tab & { asked: number; typed: string | null })[] = [];
  for (let index = 0; index < count; index += 1) {
    const opened = browser.tab({}, { fetch });
    const { openChannel } = opened.env;
    // A frozen tab hears nothing of what is said meanwhile.
    opened.env.openChannel = (name, receive) => openChannel(name, (message) => isDeaf || receive(message));
    const tab = { ...opened, asked: 0, typed: password };
    tab.client.onStepUp(async () => {
      tab.asked += 1;
      return tab.typed !== null && (await stepUp(tab.client, { password: tab.typed })).ok;
    });
    await tab.client.start();
    tabs.push(tab);
  }
  requests.length = 0;
  return {
    tabs,
    requests,
    lose: (request: string, loss: Loss) => void losses.set(request, loss),
    setDeaf(value: boolean) {
      isDeaf = value;
    },
    calm: () => losses.clear(),
    /** Moves both clocks, in steps that are shorter than a request may take: each is answered in its own time. */
    async advance(seconds: number) {
      for (let left = seconds; left > 0; left -= longestStep) {
        await settle();
        app.clock.advance(Math.min(left, longestStep));
        await browser.advance(Math.min(left, longestStep) * 1000);
      }
      await settle();
    },
  };
}

async function listed(): Promise<number> {
  const { access_token: token } = await (await jar.send('GET', '/api/auth/session', { token: null })).json();
  return sessionList.parse(await (await jar.send('GET', '/api/auth/sessions', { token })).json()).items.length;
}

const statusOf = async ({ client }: Tab, path: string) => (await client.fetch(path)).status;
const sids = (tabs: Tab[]) => new Set(tabs.map(({ client }) => client.life()?.sessionId));

/** Nobody was signed out, no page was left. */
function expectSignedIn(tabs: Tab[]): void {
  expect(tabs.flatMap(({ changes }) => changes)).toEqual([]);
  for (const { client } of tabs) expect(client.state().status).toBe('signed-in');
}

describe('of three tabs', () => {
  test('one steps up, and the others go on in its session with no load and no question', async () => {
    const { tabs, requests, advance } = await openTabs(3);
    await advance(freshSeconds + 1);
    for (const tab of tabs) {
      expect(await statusOf(tab, freshPath)).toBe(200);
      await turns();
    }
    expect(tabs.map(({ asked }) => asked)).toEqual([1, 0, 0]);
    expect(requests).toEqual([
      `GET ${freshPath}`,
      'POST /api/auth/step-up',
      'GET /api/me',
      ...Array(3).fill(`GET ${freshPath}`),
    ]);
    expectSignedIn(tabs);
    expect([sids(tabs).size, await listed()]).toEqual([1, 1]);
  });

  test('those that missed the message find the successor by themselves', async () => {
    const { tabs, setDeaf, advance } = await openTabs(3);
    await advance(freshSeconds + 1);
    setDeaf(true);
    const [one] = tabs;
    if (!one) throw new Error('There are three.');
    expect(await statusOf(one, freshPath)).toBe(200);
    await turns();
    setDeaf(false);
    for (const tab of tabs) expect(await statusOf(tab, freshPath)).toBe(200);
    expect(tabs.map(({ asked }) => asked)).toEqual([1, 0, 0]);
    expectSignedIn(tabs);
    expect([sids(tabs).size, await listed()]).toEqual([1, 1]);
  });

  test('all ask at once, and one session is left', async () => {
    const { tabs, advance } = await openTabs(3);
    await advance(freshSeconds + 1);
    const answers = await Promise.all(tabs.map((tab) => statusOf(tab, freshPath)));
    expect(answers).toEqual([200, 200, 200]);
    expectSignedIn(tabs);
    expect([sids(tabs).size, await listed()]).toEqual([1, 1]);
  });
});

describe.each<Loss>(['whole', 'body'])('a step-up whose answer is lost (%s)', (loss) => {
  test('signs nobody out, and may be made again', async () => {
    const { tabs, lose, advance } = await openTabs(3);
    await advance(freshSeconds + 1);
    lose('POST /api/auth/step-up', loss);
    const [one] = tabs;
    if (!one) throw new Error('There are three.');
    expect(await statusOf(one, freshPath)).toBe(401);
    for (const tab of tabs) expect(await statusOf(tab, plainPath)).toBe(200);
    await advance(300);
    for (const tab of tabs) expect(await statusOf(tab, plainPath)).toBe(200);
    await advance(freshSeconds + 1);
    expect(await statusOf(one, freshPath)).toBe(200);
    expectSignedIn(tabs);
    expect(await listed()).toBe(1);
  });
});

test('a person who gives up has the refusal as the answer, and stays signed in', async () => {
  const { tabs, requests, advance } = await openTabs(1);
  const [one] = tabs;
  if (!one) throw new Error('There is one.');
  await advance(freshSeconds + 1);
  one.typed = null;
  const answer = await one.client.fetch(freshPath);
  expect(await answer.json()).toMatchObject({ error: 'insufficient_user_authentication', factors: ['password'] });
  expect(requests).toEqual([`GET ${freshPath}`]);
  expectSignedIn(tabs);
});

const requestsThatFail = ['POST /api/auth/step-up', 'POST /api/auth/refresh', 'GET /api/auth/session', 'GET /api/me'];
const tabNumber = fc.nat({ max: 2 });
const path = fc.constantFrom(freshPath, plainPath);
type Happening =
  | { what: 'call'; tab: number; path: string }
  | { what: 'calls at once'; paths: string[] }
  | { what: 'time'; seconds: number }
  | { what: 'loss'; request: string; loss: Loss }
  | { what: 'frozen'; isDeaf: boolean };
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('call' as const), tab: tabNumber, path }) },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('calls at once' as const), paths: fc.tuple(path, path, path) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constant('time' as const), seconds: fc.constantFrom(1, 9, 11, 61, 240, 400) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('loss' as const),
      request: fc.constantFrom(...requestsThatFail),
      loss: fc.constantFrom<Loss>('whole', 'body'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('frozen' as const), isDeaf: fc.boolean() }) },
);

test('whatever a bad network does to tabs that step up, nobody is signed out, and one session is left', async () => {
  let people = 0;
  const history = async (happenings: Happening[]) => {
    people += 1;
    jar = await signedUp(`ann-${people}@example.org`);
    const { tabs, lose, calm, setDeaf, advance } = await openTabs(3);
    /** Makes a call. It may find no answer, but never that the session is over. */
    const call = (tab: Tab, path: string) =>
      tab.client.fetch(path).catch((error: unknown) => expect(error).not.toBeInstanceOf(SignedOutError));
    for (const one of happenings) {
      if (one.what === 'time') await advance(one.seconds);
      else if (one.what === 'loss') lose(one.request, one.loss);
      else if (one.what === 'frozen') setDeaf(one.isDeaf);
      else if (one.what === 'call')
        await Promise.all(tabs.slice(one.tab, one.tab + 1).map((tab) => call(tab, one.path)));
      else await Promise.all(tabs.map((tab, index) => call(tab, one.paths[index] ?? plainPath)));
      expect(tabs.flatMap(({ changes }) => changes)).toEqual([]);
    }
    calm();
    setDeaf(false);
    await advance(400);
    for (const tab of tabs) expect(await statusOf(tab, freshPath)).toBe(200);
    expectSignedIn(tabs);
    expect([sids(tabs).size, await listed()]).toEqual([1, 1]);
  };
  const property = fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 25 }), history);
  await fc.assert(property, announced(runs({ usual: 20, deep: 200 })));
}, 60_000);
