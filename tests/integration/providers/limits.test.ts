import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser } from '#tests/support/browser.ts';
import { type LyingProvider, startLyingProvider } from '#tests/support/lying-provider.ts';
import { begin, entryOf, errorOf, goAndReturn, path } from './going.ts';

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
