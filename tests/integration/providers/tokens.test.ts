import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { UnsecuredJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { TestApp } from '#tests/support/app.ts';
import { Browser } from '#tests/support/browser.ts';
import { type Lies, type LyingProvider, lyingClient, startLyingProvider } from '#tests/support/lying-provider.ts';
import { appWith, entryOf, errorOf, goAndReturn, path, signIn } from './going.ts';

let provider: LyingProvider;
let app: TestApp;
beforeAll(async () => {
  provider = await startLyingProvider();
});
afterAll(() => provider.close());
beforeEach(async () => {
  provider.lies = {};
  app = await appWith([entryOf(provider)]);
});
afterEach(() => app.close());

const now = () => Math.floor(Date.now() / 1000);
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

test.each<[string, () => Lies | Promise<Lies>]>([
  ['by a foreign key', () => ({ key: foreign })],
  [
    'by nobody',
    () => {
      const claims = { iss: provider.issuer, aud: 'latchkey', sub: 'p-1', iat: now(), exp: now() + 60 };
      return { idToken: new UnsecuredJWT(claims).encode() };
    },
  ],
  [
    'with the client secret',
    () => ({ key: createSecretKey(Buffer.from(lyingClient.client_secret)), header: { alg: 'HS256' } }),
  ],
  [
    'with the public key as a secret',
    () => {
      const pem = provider.publicKey.export({ type: 'spki', format: 'pem' });
      return { key: createSecretKey(Buffer.from(pem)), header: { alg: 'HS256' } };
    },
  ],
  ['with a key that it names itself', () => ({ key: foreign, header: { jku: 'http://127.0.0.1:1/keys', kid: 'two' } })],
])('an ID token that is signed %s is refused', async (_name, lie) => {
  provider.lies = await lie();
  const bea = new Browser();
  expect(await errorOf(await signIn(bea, provider))).toEqual([502, 'provider_error']);
  expect(bea.token).toBeNull();
});

test.each<[string, Record<string, unknown>]>([
  ['of another issuer', { iss: 'https://evil.example' }],
  ['for another app', { aud: 'another' }],
  ['for several, of whom another asked', { aud: ['latchkey', 'another'], azp: 'another' }],
  ['with another nonce', { nonce: 'another' }],
  ['without a nonce', { nonce: undefined }],
  ['that is over', { exp: now() - 60 }],
  ['without an end', { exp: undefined }],
  ['from eleven minutes ago', { iat: now() - 660 }],
  ['from eleven minutes ahead', { iat: now() + 660 }],
  ['without a subject', { sub: undefined }],
  ['with an empty subject', { sub: '' }],
  ['with a subject of 256 letters', { sub: 'a'.repeat(256) }],
  ['whose subject is no text', { sub: 7 }],
])('an ID token %s is refused', async (_name, claims) => {
  provider.lies = { claims };
  expect(await errorOf(await signIn(new Browser(), provider))).toEqual([502, 'provider_error']);
});

test('an algorithm that the provider does not say it uses is refused, and so is one that is not taken here', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'two', alg: 'ES384' }] };
  provider.lies = {
    key: privateKey,
    header: { alg: 'ES384', kid: 'two' },
    metadata: { id_token_signing_alg_values_supported: ['ES384', 'RS256'] },
    keys: (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(keys));
    },
  };
  expect(await errorOf(await signIn(new Browser(), provider))).toEqual([502, 'provider_error']);
});

test('an answer of another server, or without a name where one is promised, is refused', async () => {
  for (const iss of ['https://evil.example', undefined]) {
    const bea = new Browser();
    const fields = { ...(await goAndReturn(bea, provider)), iss };
    expect(await errorOf(await bea.send('POST', path.complete(), { json: fields }))).toEqual([502, 'provider_error']);
  }
});

test('user info of another subject is refused', async () => {
  provider.lies = { claims: { email: undefined }, userInfo: { sub: 'p-2' } };
  expect(await errorOf(await signIn(new Browser(), provider))).toEqual([502, 'provider_error']);
});

test('an address comes from user info where the ID token has none', async () => {
  provider.lies = { claims: { email: undefined, email_verified: undefined } };
  expect((await signIn(new Browser(), provider)).status).toBe(201);
});

test.each<[string, Record<string, unknown>]>([
  ['is not said', { email_verified: undefined }],
  ['is a text', { email_verified: 'true' }],
  ['is a number', { email_verified: 1 }],
  ['is a no', { email_verified: false }],
  ['is about no address', { email: 'bea' }],
  ['is about two addresses', { email: 'bea@example.org,eve@example.org' }],
  ['is about an address with a NUL', { email: 'bea@example.org\0' }],
  ['is about an address with another sign for @', { email: 'bea＠example.org' }],
  ['is about a list', { email: ['bea@example.org'] }],
  ['is about a letter that only becomes a k', { email: 'mar\u212a@example.org' }],
  ['is about a letter that only becomes an å', { email: 'p\u212b@example.org' }],
  ['is about letters of another alphabet', { email: 'bеа@example.org' }],
  ['is about a domain that only becomes another', { email: 'bea@bas\u212a.example' }],
  ['is about a domain with a hyphen that nobody sees', { email: 'bea@exam\u00adple.org' }],
  ['is about an address behind a space', { email: ' bea@example.org' }],
  ['is about an address before a space of no width', { email: 'bea@example.org\u200b' }],
])('an address whose proof %s makes no account', async (_name, claims) => {
  provider.lies = { claims };
  expect(await errorOf(await signIn(new Browser(), provider))).toEqual([403, 'email_unverified']);
});

test.each([
  ['Bea@Example.ORG', 'bea@example.org'],
  ['bea@Bücher.example', 'bea@xn--bcher-kva.example'],
  ['bea@xn--bcher-kva.example', 'bea@xn--bcher-kva.example'],
])('an address in capitals, or of a domain in its own letters, is what it is: %s', async (email, taken) => {
  provider.lies = { claims: { email } };
  const bea = new Browser();
  expect((await signIn(bea, provider)).status).toBe(201);
  expect(await app.deps.store.findUserByEmail(taken)).toMatchObject({ email: taken });
});
