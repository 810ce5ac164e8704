/** What the OpenID Foundation asks of relying parties and no other test has: see docs/conformance.md. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TestApp } from '#tests/support/app.ts';
import { Browser } from '#tests/support/browser.ts';
import { type Lies, type LyingProvider, lyingClient, startLyingProvider } from '#tests/support/lying-provider.ts';
import { appWith, entryOf, errorOf, signIn } from './going.ts';

let provider: LyingProvider;
let app: TestApp;
beforeEach(async () => {
  provider = await startLyingProvider();
  app = await appWith([entryOf(provider)]);
});
afterEach(async () => {
  vi.useRealTimers();
  await app.close();
  await provider.close();
});

const publish =
  (...keys: { key: KeyObject; more?: object }[]): NonNullable<Lies['keys']> =>
  (_request, response) => {
    const all = keys.map(({ key, more }) => ({ ...key.export({ format: 'jwk' }), ...more }));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: all }));
  };
const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const refused = [502, 'provider_error'];

describe('an ID token without a key’s name', () => {
  const header = { kid: undefined };

  test('is verified with the one key that fits', async () => {
    provider.lies = { header, keys: publish({ key: provider.publicKey }) };
    expect((await signIn(new Browser(), provider)).status).toBe(201);
  });

  test('is refused where several fit', async () => {
    provider.lies = { header, keys: publish({ key: rsa().publicKey }, { key: provider.publicKey }) };
    expect(await errorOf(await signIn(new Browser(), provider))).toEqual(refused);
  });

  test('is verified with the one of its kind, whatever else is published', async () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    provider.lies = { header, keys: publish({ key: ec }, { key: provider.publicKey }) };
    expect((await signIn(new Browser(), provider)).status).toBe(201);
  });
});

test('keys that cannot be read do not stand in the way of one that can', async () => {
  provider.lies = {
    keys: (_request, response) => {
      const good = { ...provider.publicKey.export({ format: 'jwk' }), kid: 'one' };
      const odd = { kty: 'unheard-of', kid: 'two' };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [odd, good] }));
    },
  };
  expect((await signIn(new Browser(), provider)).status).toBe(201);
});

test.each<[string, () => { privateKey: KeyObject; publicKey: KeyObject }]>([
  ['RS256', rsa],
  ['PS256', rsa],
  ['ES256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['EdDSA', () => generateKeyPairSync('ed25519')],
])('an ID token that is signed with %s is taken, where the provider says that it uses it', async (alg, make) => {
  const { privateKey, publicKey } = make();
  provider.lies = {
    ...{ key: privateKey, header: { alg, kid: 'one' }, keys: publish({ key: publicKey, more: { kid: 'one', alg } }) },
    metadata: { id_token_signing_alg_values_supported: [alg] },
  };
  expect((await signIn(new Browser(), provider)).status).toBe(201);
});

test('an ID token of an algorithm that the provider does not say it uses is refused', async () => {
  provider.lies = {
    header: { alg: 'PS256', kid: 'one' },
    keys: publish({ key: provider.publicKey, more: { kid: 'one' } }),
  };
  expect(await errorOf(await signIn(new Browser(), provider))).toEqual(refused);
});

test('an ID token without an audience, or without a time of issue, is refused', async () => {
  for (const claims of [{ aud: undefined }, { aud: [] }, { iat: undefined }]) {
    provider.lies = { claims };
    expect(await errorOf(await signIn(new Browser(), provider))).toEqual(refused);
  }
});

test('a key that is new is asked for, and the one that it replaces is worth nothing any more', async () => {
  expect((await signIn(new Browser(), provider)).status).toBe(201);
  const { privateKey, publicKey } = rsa();
  const isNew = { keys: publish({ key: publicKey, more: { kid: 'two' } }) };
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
  provider.lies = { ...isNew, key: privateKey, header: { kid: 'two' } };
  expect((await signIn(new Browser(), provider)).status).toBe(200);
  expect(provider.seen.filter((one) => one === '/keys')).toHaveLength(2);
  provider.lies = isNew;
  expect(await errorOf(await signIn(new Browser(), provider))).toEqual(refused);
});

describe('the app at the token endpoint', () => {
  /** Reads what it sends there. */
  async function sent(more: object = {}) {
    await app.restart({ OIDC_PROVIDERS: JSON.stringify([entryOf(provider, more)]) });
    let seen: { headers: IncomingMessage['headers']; form: URLSearchParams } | undefined;
    provider.lies.token = async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      seen = { headers: request.headers, form: new URLSearchParams(text) };
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}');
    };
    expect(await errorOf(await signIn(new Browser(), provider))).toEqual(refused);
    if (!seen) throw new Error('Nothing was sent.');
    return { ...seen, form: Object.fromEntries(seen.form) };
  }
  const always = {
    ...{
      grant_type: 'authorization_code',
      code: expect.any(String),
      code_verifier: expect.stringMatching(/^[\w-]{43}$/),
    },
    redirect_uri: 'http://localhost:3000/api/auth/oidc/acme/callback',
  };

  test('shows its secret in the header, unless another way is set', async () => {
    const { headers, form } = await sent();
    const [kind, shown = ''] = (headers.authorization ?? '').split(' ');
    const words = Buffer.from(shown, 'base64')
      .toString()
      .split(':')
      .map((word) => decodeURIComponent(word.replaceAll('+', ' ')));
    expect([kind, words]).toEqual(['Basic', [lyingClient.client_id, lyingClient.client_secret]]);
    expect(form).toEqual(always);
  });

  test('shows it in the form where that is set, and none where it has none', async () => {
    const posted = await sent({ token_auth: 'client_secret_post' });
    expect([posted.headers.authorization, posted.form]).toEqual([undefined, { ...always, ...lyingClient }]);
    const open = await sent({ client_secret: undefined });
    const { client_id } = lyingClient;
    expect([open.headers.authorization, open.form]).toEqual([undefined, { ...always, client_id }]);
  });
});

test('user info is asked for with the token in the header, and in no address', async () => {
  let asked: IncomingMessage | undefined;
  provider.lies = {
    claims: { email: undefined },
    userInfo: (request, response) => {
      asked = request;
      const claims = { sub: 'p-1', email: 'bea@example.org', email_verified: true };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(claims));
    },
  };
  expect((await signIn(new Browser(), provider)).status).toBe(201);
  expect([asked?.url, asked?.headers.authorization]).toEqual(['/userinfo', 'Bearer an access token']);
});
