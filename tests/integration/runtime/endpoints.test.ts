/** What operators and clients read without signing in. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
let browser: Browser;
beforeEach(async () => {
  app = await startApp({ METRICS_TOKEN: 'sixteen characters at least' });
  browser = await signedUp();
});
afterEach(() => app.close());

test('live and health answer anyone; health asks the database', async () => {
  const anyone = new Browser();
  expect(await (await anyone.send('GET', '/api/live')).json()).toEqual({ status: 'ok' });
  expect(await (await anyone.send('GET', '/api/health')).json()).toEqual({ status: 'ok' });
  await app.deps.store.close();
  expect((await anyone.send('GET', '/api/health')).status).toBe(503);
  expect((await anyone.send('GET', '/api/live')).status).toBe(200);
});

test('metrics need their own token', async () => {
  const ask = (token: string | null) => new Browser().send('GET', '/api/metrics', { token });
  expect((await ask(null)).status).toBe(401);
  expect((await ask(browser.token)).status).toBe(401);
  const response = await ask('sixteen characters at least');
  expect(await response.text()).toContain('latchkey_refreshes_total');
});

test('metrics count the mails in the outbox by state, and the age of the oldest that waits', async () => {
  const ask = async () =>
    (await new Browser().send('GET', '/api/metrics', { token: 'sixteen characters at least' })).text();
  await app.deps.store.addMail({
    ...{ id: 'a', kind: 'password_reset', recipient: 'ann@example.org', userAgent: null, ip: null },
    at: new Date(app.clock.now.getTime() - 90_000),
  });
  expect((await ask()).match(/^latchkey_mails.*$/gm)).toEqual([
    'latchkey_mails{state="waiting"} 1',
    'latchkey_mails{state="held"} 0',
    'latchkey_mails{state="sent"} 0',
    'latchkey_mails{state="dropped"} 0',
    'latchkey_mails{state="failed"} 0',
    'latchkey_mails_oldest_seconds 90',
  ]);
});

test('metrics of a database that is away are NaN, and the others are there all the same', async () => {
  await app.deps.store.close();
  const response = await new Browser().send('GET', '/api/metrics', { token: 'sixteen characters at least' });
  const text = await response.text();
  for (const name of ['latchkey_sessions', 'latchkey_mails{state="failed"}', 'latchkey_mails_oldest_seconds'])
    expect(text).toContain(`\n${name} Nan\n`);
  expect(text).toContain('\nlatchkey_hash_queue 0\n');
});

test('an outbox in which nothing waits has no age', async () => {
  const response = await new Browser().send('GET', '/api/metrics', { token: 'sixteen characters at least' });
  expect(await response.text()).toMatch(/^latchkey_mails_oldest_seconds 0$/m);
});

test('there are no metrics without a token of their own', async () => {
  await app.restart({ METRICS_TOKEN: '' });
  for (const token of [null, browser.token])
    expect((await new Browser().send('GET', '/api/metrics', { token })).status).toBe(404);
});

test('the key set holds public keys only, and may be cached', async () => {
  const response = await new Browser().send('GET', '/.well-known/jwks.json');
  const { keys } = await response.json();
  expect(keys).toEqual([
    { kty: 'OKP', crv: 'Ed25519', x: expect.any(String), kid: 'test-1', alg: 'EdDSA', use: 'sig' },
  ]);
  expect(response.headers.get('cache-control')).toBe('public, max-age=300');
});

test('the metadata names this issuer and advertises no password grant', async () => {
  const body = await (await new Browser().send('GET', '/.well-known/oauth-authorization-server')).json();
  expect(body).toMatchObject({
    issuer: 'http://localhost:3000',
    jwks_uri: 'http://localhost:3000/.well-known/jwks.json',
  });
  expect(body.grant_types_supported).toEqual(['refresh_token']);
});

test.each(['GET', 'HEAD'])(
  '%s leads a password manager to the page that changes the password, signed in or not',
  async (method) => {
    for (const somebody of [new Browser(), browser]) {
      const { status, headers } = await somebody.send(method, '/.well-known/change-password', { token: null });
      expect([status, headers.get('location')]).toEqual([303, 'http://localhost:3000/account/security']);
    }
  },
);
