import { UnsecuredJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { personExport } from '#lib/core/accounts/export.ts';
import type { TestApp } from '#tests/support/app.ts';
import { Browser, signedUp } from '#tests/support/browser.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { type LyingProvider, startLyingProvider } from '#tests/support/lying-provider.ts';
import { latchkey } from '#tests/support/terminal.ts';
import { appWith, entryOf, errorOf, goAndReturn, path, signedUpWith, signIn } from './going.ts';

const METRICS_TOKEN = 'sixteen characters at least';
let provider: LyingProvider;
let app: TestApp;
beforeAll(async () => {
  provider = await startLyingProvider();
});
afterAll(() => provider.close());
beforeEach(async () => {
  provider.lies = {};
  app = await appWith([entryOf(provider)], { METRICS_TOKEN });
});
afterEach(() => app.close());

const apple = { id: 'apple', name: 'Apple', issuer: 'https://appleid.apple.com', client_id: 'org.example.app' };

/** Runs the doctor on the app's database. What it says of addresses is not looked at: there is no server. */
async function doctor(settings: Record<string, string>): Promise<string> {
  const { DATABASE_URL } = app.deps.env;
  const environment = testEnvironment({ DATABASE_URL, ...settings });
  return (await latchkey(['doctor', 'http://127.0.0.1:1'], { environment })).output;
}

test('a person takes their identities along, by the name of the provider or the host of one that is gone', async () => {
  const bea = await signedUpWith(provider);
  const factors = async () =>
    personExport
      .parse(await (await bea.send('GET', '/api/me/export')).json())
      .factors.filter(({ kind }) => kind === 'identity');
  const at = app.clock.now.toISOString();
  const [kept, ...more] = await factors();
  expect(more).toEqual([]);
  expect(kept).toEqual({
    ...{ kind: 'identity', name: 'Acme', email: 'bea@example.org', created_at: at, last_used_at: at },
  });
  await app.restart({ OIDC_PROVIDERS: JSON.stringify([entryOf(provider, { issuer: 'https://else.example' })]) });
  expect(await factors()).toMatchObject([{ name: new URL(provider.issuer).host }]);
});

test('each end of a way to a provider is counted, by provider and outcome', async () => {
  const counted = async () => {
    const response = await new Browser().send('GET', '/api/metrics', { token: METRICS_TOKEN });
    const lines = (await response.text()).matchAll(
      /^latchkey_provider_total\{provider="acme",outcome="(\w+)"\} (\d+)$/gm,
    );
    return Object.fromEntries([...lines].map(([, outcome = '', count]) => [outcome, Number(count)]));
  };
  const bea = await signedUpWith(provider);
  expect(await counted()).toEqual({ signed_up: 1 });
  await signIn(bea, provider);
  expect(await counted()).toEqual({ signed_up: 1, signed_in: 1 });

  const ann = await signedUp();
  provider.lies = { claims: { sub: 'p-2' } };
  const fields = await goAndReturn(ann, provider, { intent: 'link' });
  expect((await ann.send('POST', path.complete(), { json: fields })).status).toBe(200);
  expect(await counted()).toMatchObject({ linked: 1 });

  provider.lies = { claims: { sub: 'p-3', email_verified: false } };
  expect(await errorOf(await signIn(new Browser(), provider))).toEqual([403, 'email_unverified']);
  const who = new Browser();
  const { state } = await goAndReturn(who, provider);
  await who.send('POST', path.complete(), { json: { state, error: 'access_denied' } });
  provider.lies = { claims: { nonce: 'another' } };
  await signIn(new Browser(), provider);
  const refused = { signed_up: 1, signed_in: 1, linked: 1, refused: 3 };
  expect(await counted()).toEqual(refused);

  // What is of no transaction is of no provider: anybody can send it.
  await new Browser().send('POST', path.complete(), { json: { state: 'none', code: 'none' } });
  expect(await counted()).toEqual(refused);

  provider.lies = { token: (_request, response) => void response.writeHead(503).end() };
  await signIn(new Browser(), provider);
  expect(await counted()).toEqual({ ...refused, away: 1 });
});

test('a confirmation, and an identity that waits for its account’s owner, are counted too', async () => {
  const counted = async () => {
    const response = await new Browser().send('GET', '/api/metrics', { token: METRICS_TOKEN });
    return [...(await response.text()).matchAll(/^latchkey_provider_total\{.*outcome="(\w+)"\} (\d+)$/gm)]
      .map(([, outcome, count]) => `${outcome} ${count}`)
      .sort();
  };
  const bea = await signedUpWith(provider);
  const confirm = async () => {
    const fields = await goAndReturn(bea, provider, { intent: 'confirm' });
    return (await bea.send('POST', path.complete(), { json: fields })).status;
  };
  expect(await confirm()).toBe(401);
  provider.lies = { claims: { auth_time: Math.floor(Date.now() / 1000) } };
  expect(await confirm()).toBe(200);
  provider.lies = { claims: { sub: 'p-2' } };
  const eve = new Browser();
  const fields = await goAndReturn(eve, provider);
  for (let tries = 0; tries < 2; tries++)
    expect(await errorOf(await eve.send('POST', path.complete(), { json: fields }))).toEqual([409, 'link_required']);
  expect(await counted()).toEqual(['confirmed 1', 'held 1', 'refused 1', 'signed_up 1']);
  await app.restart({ OIDC_PROVIDERS: JSON.stringify([entryOf(provider)]) });
  provider.lies = { metadata: { issuer: 'https://evil.example' } };
  expect((await new Browser().send('POST', path.start(), { json: {} })).status).toBe(503);
  expect(await counted()).toEqual(['refused 1']);
});

test('the doctor counts who has no way in left', async () => {
  await signedUp();
  await signedUpWith(provider);
  const OIDC_PROVIDERS = JSON.stringify([entryOf(provider)]);
  expect(await doctor({ OIDC_PROVIDERS })).toMatch(/^ok +every account has a way in$/m);
  expect(await doctor({})).toMatch(/^warn +accounts with no way in left: 1\. Make a link/m);
  const off = await doctor({ OIDC_PROVIDERS, PASSWORD_SIGN_IN: 'off' });
  expect(off).toMatch(/^warn +accounts with no way in left: 1\. Set PASSWORD_SIGN_IN=on/m);
});

test.each([
  [200, 'ok', 'ends in 200 days'],
  [31, 'ok', 'ends in 31 days'],
  [29, 'warn', 'ends in 29 days: make another one'],
  [-1, 'FAIL', 'is over'],
])('the doctor says of Apple’s secret that ends in %s days: %s', async (days, verdict, words) => {
  const exp = Math.floor(Date.now() / 1000) + days * 24 * 60 * 60 + 60;
  const client_secret = new UnsecuredJWT({}).setExpirationTime(exp).encode();
  const said = await doctor({ OIDC_PROVIDERS: JSON.stringify([{ ...apple, client_secret }]) });
  expect(said).toMatch(new RegExp(`^${verdict} +the client_secret of apple ${words}`, 'm'));
  expect(said).not.toContain(client_secret);
});

test('the doctor knows Apple’s secret for a JWT', async () => {
  const said = await doctor({ OIDC_PROVIDERS: JSON.stringify([{ ...apple, client_secret: 'typed by hand' }]) });
  expect(said).toMatch(/^FAIL +the client_secret of apple is no JWT/m);
});
