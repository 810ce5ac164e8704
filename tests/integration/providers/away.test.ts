import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TestApp } from '#tests/support/app.ts';
import { Browser } from '#tests/support/browser.ts';
import { type Lies, type LyingProvider, startLyingProvider } from '#tests/support/lying-provider.ts';
import { appWith, begin, entryOf, errorOf, goAndReturn, path, signedUpWith, signIn } from './going.ts';

let provider: LyingProvider;
let app: TestApp;
beforeEach(async () => {
  provider = await startLyingProvider();
  app = await appWith([entryOf(provider)]);
});
afterEach(async () => {
  await app.close();
  await provider.close();
});

const fails: Lies['token'] = (_request, response) => void response.writeHead(500).end();
const drops: Lies['token'] = (request) => void request.socket.destroy();
const start = (who: Browser) => who.send('POST', path.start(), { json: {} });

test('the app starts without it, and somebody who goes there is told to try again', async () => {
  provider.lies = { metadata: drops };
  const response = await start(new Browser());
  expect([response.headers.get('retry-after'), ...(await errorOf(response))]).toEqual([
    ...['5', 503, 'temporarily_unavailable'],
  ]);
});

/** The code is the provider's: where it counted before the answer was lost, they go there once more. */
test.each<[string, Lies, number]>([
  ['fails', { token: fails }, 201],
  ['hangs up', { token: drops }, 201],
  ['has no keys to give', { keys: fails }, 502],
  ['has no user info to give', { claims: { email: undefined }, userInfo: fails }, 502],
])('whoever comes back while it %s may try again with what they have', async (_name, lies, status) => {
  const bea = new Browser();
  const fields = await goAndReturn(bea, provider);
  provider.lies = lies;
  const refused = await bea.send('POST', path.complete(), { json: fields });
  expect([refused.headers.get('retry-after'), ...(await errorOf(refused))]).toEqual([
    ...['2', 503, 'temporarily_unavailable'],
  ]);
  expect([...bea.cookies.keys()].filter((name) => name.startsWith('latchkey-signin-'))).toHaveLength(1);
  provider.lies = {};
  const again = await bea.send('POST', path.complete(), { json: fields });
  expect(again.status).toBe(status);
});

test.each<[string, Lies['metadata']]>([
  ['of another issuer', { issuer: 'https://evil.example' }],
  ['from elsewhere', (_request, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
  ['of two MiB', { padding: 'a'.repeat(2 * 1024 * 1024) }],
  [
    'that is not where it should be',
    (_request, response) =>
      void response
        .writeHead(404)
        .end(JSON.stringify({ issuer: provider.issuer, authorization_endpoint: 'http://127.0.0.1:1/' })),
  ],
  ['that is no JSON', (_request, response) => void response.writeHead(200).end('<p>')],
])('metadata %s is not taken', async (_name, metadata) => {
  if (metadata) provider.lies = { metadata };
  expect(await errorOf(await start(new Browser()))).toEqual([503, 'temporarily_unavailable']);
});

test('a provider that is away signs nobody out', async () => {
  const bea = await signedUpWith(provider);
  provider.lies = { metadata: drops, token: drops, keys: drops };
  expect((await bea.send('GET', '/api/me')).status).toBe(200);
  expect((await bea.refresh()).status).toBe(200);
});

test('its metadata is asked for once by many at the same moment', async () => {
  await Promise.all(Array.from({ length: 20 }, () => begin(new Browser())));
  expect(provider.seen.filter((one) => one.startsWith('/.well-known'))).toHaveLength(1);
});

test('a key that it does not have is not asked for again at once', async () => {
  const bea = new Browser();
  expect((await signIn(bea, provider)).status).toBe(201);
  provider.lies = { header: { kid: 'unknown' } };
  expect(await errorOf(await signIn(new Browser(), provider))).toEqual([502, 'provider_error']);
  expect(provider.seen.filter((one) => one === '/keys')).toHaveLength(1);
});
