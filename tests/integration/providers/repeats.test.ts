/** Answers that are lost, processes that die, providers that keep people waiting. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { type Lies, type LyingProvider, startLyingProvider } from '#tests/support/lying-provider.ts';
import { appWith, begin, entryOf, errorOf, goAndReturn, path } from './going.ts';

let provider: LyingProvider;
let app: TestApp;
beforeEach(async () => {
  provider = await startLyingProvider();
  app = await appWith([entryOf(provider)]);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  await app.close();
  await provider.close();
});

const complete = (who: Browser, fields: object) => who.send('POST', path.complete(), { json: fields });
const over = [400, 'transaction_over'];
const busy = (seconds: string) => [seconds, 503, 'temporarily_unavailable'];
const told = async (response: Response) => [response.headers.get('retry-after'), ...(await errorOf(response))];

test('a start whose answer is lost is begun again, and the first may come back later', async () => {
  const who = new Browser();
  const lost = await begin(who.copy());
  expect((await complete(who, provider.authorize(await begin(who)))).status).toBe(201);
  expect(await errorOf(await complete(who, provider.authorize(lost)))).toEqual(over);
});

test('a callback whose answer is lost is answered alike again', async () => {
  const locations = [1, 2].map(async () => {
    const answer = await new Browser().send('GET', '/api/auth/oidc/acme/callback?code=a&state=b');
    return answer.headers.get('location');
  });
  expect(new Set(await Promise.all(locations)).size).toBe(1);
});

test('a completion whose answer is lost signed in where its cookies came, and else somebody clicks once more', async () => {
  const who = new Browser();
  const fields = await goAndReturn(who, provider);
  const deaf = who.copy();
  expect((await complete(who, fields)).status).toBe(201);
  expect(await errorOf(await complete(who, fields))).toEqual(over);
  expect((await who.send('GET', '/api/auth/session')).status).toBe(200);
  expect(await errorOf(await complete(deaf, fields))).toEqual(over);
  expect((await complete(deaf, await goAndReturn(deaf, provider))).status).toBe(200);
});

test('a link whose answer is lost is there', async () => {
  const ann = await signedUp('ann@example.org');
  const fields = await goAndReturn(ann, provider, { intent: 'link' });
  const deaf = ann.copy();
  expect((await complete(ann, fields)).status).toBe(200);
  expect(await errorOf(await complete(deaf, fields))).toEqual(over);
  expect((await (await deaf.send('GET', path.identities)).json()).items).toHaveLength(1);
});

test('an account that was met, and whose answer is lost, is told of again, without another call to the provider', async () => {
  await signedUp('bea@example.org');
  const who = new Browser();
  const fields = await goAndReturn(who, provider);
  for (let count = 0; count < 2; count++) {
    const answer = await complete(who, fields);
    expect([answer.status, await answer.json()]).toMatchObject([
      409,
      { error: 'link_required', email: 'bea@example.org', methods: ['password'] },
    ]);
  }
  expect(provider.seen.filter((one) => one === '/token')).toHaveLength(1);
  await who.authenticate('/api/auth/token', { email: 'bea@example.org', password });
  const { state } = fields;
  expect((await who.send('POST', path.link(), { json: { state } })).status).toBe(200);
});

test('a process that dies in the middle holds a sign-in up for fifteen seconds, and no longer', async () => {
  const who = new Browser();
  const fields = await goAndReturn(who, provider);
  const hash = createHash('sha256')
    .update(fields.state ?? '')
    .digest('base64url');
  const { now } = app.clock;
  // All that is left of a process that claimed it, and never came back.
  expect(await app.deps.store.claimTransaction(hash, now, new Date(now.getTime() + 15_000))).not.toBeNull();
  for (const seconds of [0, 14]) {
    app.clock.advance(seconds);
    expect(await told(await complete(who, fields))).toEqual(busy('1'));
  }
  expect(provider.seen).not.toContain('/token');
  app.clock.advance(2);
  expect((await complete(who, fields)).status).toBe(201);
});

test('a completion that never ends holds a sign-in up for fifteen seconds, and no longer', async () => {
  const who = new Browser();
  const fields = await goAndReturn(who, provider);
  let answer = () => {};
  const isAsked = new Promise<void>((asked) => {
    provider.lies.token = (_request, response) => {
      answer = () => response.writeHead(503).end();
      asked();
    };
  });
  const first = complete(who.copy(), fields);
  await isAsked;
  provider.lies = {};
  app.clock.advance(16);
  expect((await complete(who, fields)).status).toBe(201);
  answer();
  expect((await first).status).toBe(503);
});

test.each<[string, object, number]>([
  ['a no', { error: 'access_denied' }, 400],
  ['an error', { error: 'server_error' }, 502],
  ['a code that the provider refuses', { code: 'another' }, 502],
])('after %s nothing more comes of a sign-in', async (_name, more, status) => {
  const who = new Browser();
  const fields = await goAndReturn(who, provider);
  const again = who.copy();
  expect((await complete(who, { ...fields, ...more })).status).toBe(status);
  expect(await errorOf(await complete(again, fields))).toEqual(over);
});

test('while one completion is under way another is told to come back in a second', async () => {
  const who = new Browser();
  const fields = await goAndReturn(who, provider);
  let answer = () => {};
  const isAsked = new Promise<void>((asked) => {
    provider.lies.token = (_request, response) => {
      answer = () => response.writeHead(503).end();
      asked();
    };
  });
  const first = complete(who, fields);
  await isAsked;
  expect(await told(await complete(who.copy(), fields))).toEqual(busy('1'));
  answer();
  expect(await told(await first)).toEqual(busy('2'));
  provider.lies = {};
  expect((await complete(who, fields)).status).toBe(201);
});

test('a completion takes ten seconds in all, however long the provider may go on', async () => {
  const who = new Browser();
  const fields = await goAndReturn(who, provider);
  const isAsked = new Promise<void>((asked) => {
    provider.lies.token = () => asked();
  });
  // The five seconds of each call do not end here.
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const answer = complete(who, fields);
  await isAsked;
  vi.advanceTimersByTime(10_000);
  expect(await told(await answer)).toEqual(busy('2'));
});

test.each<[string, string, Lies]>([
  ['whose token endpoint never answers', '/token', { token: () => {} }],
  [
    'whose token endpoint never stops',
    '/token',
    { token: (_request, response) => void response.writeHead(200).write('{"a":"') },
  ],
  ['whose user info never comes', '/userinfo', { claims: { email: undefined }, userInfo: () => {} }],
  ['whose keys never come', '/keys', { keys: () => {} }],
])('a provider %s is given up after five seconds', async (_name, address, lies) => {
  const who = new Browser();
  const fields = await goAndReturn(who, provider);
  provider.lies = lies;
  const ends: AbortController[] = [];
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
    const end = new AbortController();
    ends.push(end);
    return end.signal;
  });
  const answer = complete(who, fields);
  await expect.poll(() => provider.seen).toContain(address);
  for (const end of ends) end.abort();
  expect(await told(await answer)).toEqual(busy('2'));
  expect(timeout.mock.calls.map(([ms]) => ms)).toContain(5000);
});

test.each<[string, Lies]>([
  ['token', { token: (_request, response) => void response.writeHead(307, { location: '/elsewhere' }).end() }],
  ['keys', { keys: (_request, response) => void response.writeHead(302, { location: '/elsewhere' }).end() }],
])('no redirect of the %s is followed', async (_name, lies) => {
  const who = new Browser();
  const fields = await goAndReturn(who, provider);
  provider.lies = lies;
  expect((await complete(who, fields)).status).toBe(502);
  expect(provider.seen).not.toContain('/elsewhere');
});
