import { generateKeyPairSync } from 'node:crypto';
import { base64url, decodeJwt, decodeProtectedHeader, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { PrivateJwk } from '#lib/core/setting-kinds.ts';
import { parseServerSettings } from '#lib/core/settings.ts';
import { accessTokenSigner } from '#lib/server/crypto/access-token.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { accessTokenVerifier, publicJwk } from './access-token.ts';

const now = new Date('2026-11-23T12:00:00.500Z');
const seconds = Math.floor(now.getTime() / 1000);
const issuer = 'http://localhost:3000';
const audience = issuer;
const userId = '6f1c1c54-6d4f-4f1e-9f53-1c6f8f5e0a11';
const sessionId = '0b8f4e0e-3f4e-4c53-8a54-90b6a6a0d7c2';
const claims = {
  iss: issuer,
  aud: audience,
  sub: userId,
  client_id: 'web',
  sid: sessionId,
  gen: 4,
  jti: 'a',
  iat: seconds,
  exp: seconds + 300,
};

function keySet(...keys: object[]): PrivateJwk[] {
  const parsed = parseServerSettings(testEnvironment({ ACCESS_TOKEN_KEYS: JSON.stringify({ keys }) }));
  if (!parsed.ok) throw new Error(parsed.problems.join());
  return parsed.settings.ACCESS_TOKEN_KEYS;
}
const jwkOf = (pair: ReturnType<typeof generateKeyPairSync>, alg: string, kid = alg) => ({
  ...pair.privateKey.export({ format: 'jwk' }),
  alg,
  kid,
});
const ed = jwkOf(generateKeyPairSync('ed25519'), 'EdDSA');
const ec = jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'ES256');
const rsa = jwkOf(generateKeyPairSync('rsa', { modulusLength: 2048 }), 'RS256');
const keys = keySet(ed, ec, rsa);
const verify = accessTokenVerifier({ keys, issuer, audience });

type Header = Record<string, unknown>;

async function forge(changes: Record<string, unknown> = {}, header: Header = {}, key: object = ed) {
  const protectedHeader = { alg: 'EdDSA', kid: 'EdDSA', typ: 'at+jwt', ...header };
  const signingKey = await importJWK({ kty: 'OKP', ...key }, protectedHeader.alg);
  return new SignJWT({ ...claims, ...changes }).setProtectedHeader(protectedHeader).sign(signingKey);
}
const kind = async (token: string, at = now) => (await verify(token, at)).kind;

test.each([
  ['EdDSA', ed],
  ['ES256', ec],
  ['RS256', rsa],
])('what is signed with %s verifies, with its claims', async (_alg, key) => {
  const sign = accessTokenSigner({ keys: keySet(key), issuer, audience, ttlSeconds: 300 });
  const { token } = await sign({ userId, sessionId, generation: 4, authTime: now, amr: 'pwd' }, now);
  expect(await verify(token, now)).toEqual({
    kind: 'valid',
    claims: { userId, sessionId, generation: 4, expiresAt: new Date((seconds + 300) * 1000) },
  });
});

test('what is signed says what RFC 9068 asks for, and nothing else', async () => {
  const sign = accessTokenSigner({ keys: keySet(ed), issuer, audience, ttlSeconds: 300 });
  const { token } = await sign({ userId, sessionId, generation: 4, authTime: now, amr: 'pwd' }, now);
  expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA', kid: 'EdDSA', typ: 'at+jwt' });
  expect(decodeJwt(token)).toEqual({
    ...claims,
    ...{ auth_time: seconds, acr: 'aal1', amr: ['pwd'] },
    jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  const another = await sign({ userId, sessionId, generation: 4, authTime: now, amr: 'pwd' }, now);
  expect(decodeJwt(another.token).jti).not.toBe(decodeJwt(token).jti);
});

describe('refused alike', () => {
  test.each<[string, Record<string, unknown>, Header]>([
    ['another typ', {}, { typ: 'JWT' }],
    ['a longer typ', {}, { typ: 'application/at+jwt' }],
    ['no typ', {}, { typ: undefined }],
    ['an unknown kid', {}, { kid: 'other' }],
    ['no kid', {}, { kid: undefined }],
    ['a kid that is a path', {}, { kid: '../../etc/passwd' }],
    ['a key in the header', {}, { jwk: publicJwk(keys[0] as PrivateJwk) }],
    ['a key address in the header', {}, { jku: 'https://evil.example/jwks.json' }],
    ['a certificate address in the header', {}, { x5u: 'https://evil.example/' }],
    ['another issuer', { iss: 'https://evil.example' }, {}],
    ['another audience', { aud: 'https://evil.example' }, {}],
    ['a list of audiences', { aud: [audience] }, {}],
    ['no audience', { aud: undefined }, {}],
    ['no end', { exp: undefined }, {}],
    ['an end that is text', { exp: '9999999999' }, {}],
    ['no subject', { sub: undefined }, {}],
    ['a subject that is no id', { sub: 'admin' }, {}],
    ['no session', { sid: undefined }, {}],
    ['no generation', { gen: undefined }, {}],
    ['a broken generation', { gen: 1.5 }, {}],
    ['another client', { client_id: 'cli' }, {}],
    ['an issue date in the future', { iat: seconds + 6 }, {}],
    ['a start in the future', { nbf: seconds + 60 }, {}],
  ])('%s', async (_name, changes, header) => {
    expect(await kind(await forge(changes, header))).toBe('invalid');
  });

  test.each(['none', 'None', 'NONE', 'nOnE'])('alg %s', async (alg) => {
    const [, payload] = new UnsecuredJWT(claims).encode().split('.');
    const header = base64url.encode(JSON.stringify({ alg, kid: 'EdDSA', typ: 'at+jwt' }));
    expect(await kind(`${header}.${payload}.`)).toBe('invalid');
  });

  test('a signature made with the public key as an HMAC secret', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(publicJwk(keys[2] as PrivateJwk)));
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'RS256', typ: 'at+jwt' })
      .sign(secret);
    expect(await kind(token)).toBe('invalid');
  });

  test('the algorithm of one key with the kid of another', async () => {
    expect(await kind(await forge({}, { kid: 'ES256' }))).toBe('invalid');
  });

  test("a stranger's key under our kid", async () => {
    expect(await kind(await forge({}, {}, jwkOf(generateKeyPairSync('ed25519'), 'EdDSA')))).toBe('invalid');
  });

  test('a changed payload, a cut signature, and what is no token at all', async () => {
    const [header, , signature] = (await forge()).split('.');
    const payload = base64url.encode(JSON.stringify({ ...claims, gen: 5 }));
    for (const token of [`${header}.${payload}.${signature}`, `${header}.${payload}`, 'a.b.c', '', '...', '💥']) {
      expect(await kind(token)).toBe('invalid');
    }
  });

  test('the same signature in another spelling', async () => {
    const token = await forge();
    // The last letter of 64 bytes carries four bits more than they have.
    const last = String.fromCharCode(token.charCodeAt(token.length - 1) + 1);
    for (const other of [token.slice(0, -1) + last, `${token}=`, `${token}==`, `${token} `])
      expect(await kind(other)).toBe('invalid');
    expect(await kind(token)).toBe('valid');
  });

  test('an expired token with another defect', async () => {
    expect(await kind(await forge({ exp: seconds - 1, gen: 'x' }))).toBe('invalid');
    expect(await kind(await forge({ exp: seconds - 1, iss: 'https://evil.example' }))).toBe('invalid');
  });
});

test('plain expiry is told apart, exactly at its second', async () => {
  const token = await forge();
  expect(await kind(token, new Date((seconds + 300) * 1000 - 1))).toBe('valid');
  expect(await kind(token, new Date((seconds + 300) * 1000))).toBe('expired');
});

test('a clock five seconds behind the issuer is forgiven', async () => {
  expect(await kind(await forge({ iat: seconds + 5 }))).toBe('valid');
});

describe('the cache', () => {
  beforeEach(() => vi.restoreAllMocks());

  test('spares the second signature check, and dies with the token', async () => {
    const verifySignature = vi.spyOn(crypto.subtle, 'verify');
    const token = await forge({ jti: 'cached' });
    expect([await kind(token), await kind(token), await kind(token)]).toEqual(['valid', 'valid', 'valid']);
    expect(verifySignature).toHaveBeenCalledTimes(1);
    expect(await kind(token, new Date((seconds + 300) * 1000))).toBe('expired');
  });
});

test('the public half of a key has no private member', () => {
  for (const key of keys) {
    const jwk = publicJwk(key);
    for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(jwk).not.toHaveProperty(secret);
  }
});
