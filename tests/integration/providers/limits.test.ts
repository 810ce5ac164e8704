import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { another } from '#tests/integration/second-factors/setting-up.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, signedUp } from '#tests/support/browser.ts';
import { type LyingProvider, startLyingProvider } from '#tests/support/lying-provider.ts';
import { beside, turnOn } from '#tests/support/two-step.ts';
import { begin, entryOf, errorOf, goAndReturn, path, signIn } from './going.ts';

let provider: LyingProvider;
let app: TestApp;
beforeAll(async () => {
  provider = await startLyingProvider();
});
afterAll(() => provider.close());
beforeEach(async () => {
  provider.seen.length = 0;
  app = await startApp({
    OIDC_PROVIDERS: JSON.stringify([entryOf(provider)]),
    LIMIT_OIDC_START_PER_ADDRESS: '3/600',
    LIMIT_LOGIN_PER_ADDRESS: '2/900',
  });
  app.clock.now = new Date();
});
afterEach(() => app.close());

test('a network may begin so many sign-ins at providers, and is told when to come back', async () => {
  for (let count = 0; count < 3; count++) await begin(new Browser());
  const refused = await new Browser().send('POST', path.start(), { json: {} });
  const seconds = Number(refused.headers.get('retry-after'));
  expect(await errorOf(refused)).toEqual([429, 'slow_down']);
  expect(seconds).toBeGreaterThan(590);
  expect(refused.headers.getSetCookie()).toEqual([]);
  app.clock.advance(seconds);
  await begin(new Browser());
});

test('completions count as sign-ins of a network, and one that is refused asks nobody and stays good', async () => {
  const who = new Browser();
  const state = 'a'.repeat(43);
  const fields = await goAndReturn(who, provider);
  const known = async (more: object) => who.send('POST', path.complete(), { json: { ...fields, ...more } });
  expect((await new Browser().send('POST', path.complete(), { json: { state, code: 'a' } })).status).toBe(400);
  // What belongs to no transaction is refused before anything is counted.
  for (let count = 0; count < 2; count++) {
    const other = new Browser();
    const theirs = await goAndReturn(other, provider);
    expect((await other.send('POST', path.complete(), { json: { ...theirs, error: 'access_denied' } })).status).toBe(
      400,
    );
  }
  const asked = provider.seen.length;
  const refused = await known({});
  expect(await errorOf(refused)).toEqual([429, 'slow_down']);
  expect([provider.seen.length, [...who.cookies.keys()]]).toEqual([
    asked,
    [expect.stringMatching(/^latchkey-signin-/)],
  ]);
  await app.restart({ RATE_LIMITS: 'off' });
  expect((await known({})).status).toBe(201);
});

test('codes of a step-up at a provider are counted for the person, however many sessions and steps they have', async () => {
  await app.restart({ LIMIT_OIDC_START_PER_ADDRESS: '100/600', LIMIT_LOGIN_PER_ADDRESS: '100/900' });
  const who = new Browser();
  expect((await signIn(who, provider)).status).toBe(201);
  const { id } = await (await who.send('GET', '/api/me')).json();
  const { DATABASE_URL, AUTH_SECRET } = app.deps.env;
  const at = app.clock.now;
  const factors = await beside(DATABASE_URL, (executor) => turnOn(executor, id, { secrets: AUTH_SECRET, at }));
  const wrong = another(factors.code(at));
  const [recovery_code] = factors.recoveryCodes;
  const first = await (await signIn(who, provider)).json();
  const shown = { second_step_id: first.second_step.id, recovery_code, remember_device: true };
  expect((await who.authenticate('/api/auth/token', shown)).status).toBe(200);
  const compared: number[] = [];
  for (let session = 0; session < 3; session++) {
    // The device is trusted: each sign-in makes a session, which would have a count of its own.
    provider.lies = {};
    expect((await signIn(who, provider)).status).toBe(200);
    const url = await begin(who, { intent: 'confirm' });
    provider.lies = { claims: { auth_time: Math.floor(at.getTime() / 1000) } };
    const { second_step } = await (await who.send('POST', path.complete(), { json: provider.authorize(url) })).json();
    for (let tried = 0; tried < 5; tried++) {
      const json = { second_step_id: second_step.id, code: wrong };
      compared.push((await who.send('POST', '/api/auth/token', { json })).status);
    }
  }
  expect(compared).toEqual([...Array(10).fill(401), ...Array(5).fill(429)]);
});

test('strangers cause at most twenty events an hour of an account with their addresses at a provider', async () => {
  await app.restart({ LIMIT_OIDC_START_PER_ADDRESS: '100/600', LIMIT_LOGIN_PER_ADDRESS: '100/900' });
  const ann = await signedUp('bea@example.org');
  for (let tries = 0; tries < 22; tries++)
    expect(await errorOf(await signIn(new Browser(), provider))).toEqual([409, 'link_required']);
  const { items } = await (await ann.send('GET', '/api/activity?size=50')).json();
  expect(items.filter(({ type }: { type: string }) => type === 'link_refused')).toHaveLength(20);
});
