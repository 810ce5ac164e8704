import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { sealData } from 'iron-session';
import { base64url, decodeJwt, decodeProtectedHeader } from 'jose';
import { paths } from '#lib/core/routes.ts';
import { expect, test } from '#tests/e2e/fixtures.ts';
import { sealLike } from '#tests/e2e/forged.ts';
import { forge, ownKey } from '#tests/support/forge.ts';
import { document } from '#tests/support/http-client.ts';

interface Held {
  token: string;
  pageSession: string;
  refresh: string;
}
let held: Held;
test.beforeEach(({ client }) => {
  const { 'latchkey-session': pageSession = '', 'latchkey-refresh': refresh = '' } = client.cookies;
  held = { token: client.token ?? '', pageSession, refresh };
});

type Changes = Record<string, unknown>;
const evil = 'https://evil.example';
const seconds = () => Math.floor(Date.now() / 1000);

/** Each with one defect: what is changed in the header, and in the claims. */
const defects: [string, Changes, Changes][] = [
  ['an unknown kid', { kid: 'other' }, {}],
  ['no kid', { kid: undefined }, {}],
  ['a kid that is a path', { kid: '../../../dev/null' }, {}],
  ['a kid that is a query', { kid: "' OR 1=1 --" }, {}],
  ['a kid that is a list', { kid: ['test-1'] }, {}],
  ['a kid that every object has', { kid: 'constructor' }, {}],
  ['a key in its header', { jwk: createPublicKey(ownKey).export({ format: 'jwk' }) }, {}],
  ['a key address in its header', { jku: `${evil}/jwks.json` }, {}],
  ['a certificate address in its header', { x5u: `${evil}/x` }, {}],
  ['a critical header', { crit: ['exp'] }, {}],
  ['a critical header that is unknown', { crit: ['b64'], b64: false }, {}],
  ['typ JWT', { typ: 'JWT' }, {}],
  ['no typ', { typ: undefined }, {}],
  ['the algorithm of another kind of key', { alg: 'ES256' }, {}],
  ['alg none over a good signature', { alg: 'none' }, {}],
  ['another issuer', {}, { iss: evil }],
  ['no issuer', {}, { iss: undefined }],
  ['another audience', {}, { aud: evil }],
  ['no audience', {}, { aud: undefined }],
  ['no end', {}, { exp: undefined }],
  ['no subject', {}, { sub: undefined }],
  ['a subject that is no id', {}, { sub: 'admin' }],
  ['another subject', {}, { sub: '6f1c1c54-6d4f-4f1e-9f53-1c6f8f5e0a11' }],
  ['an issue date in the future', {}, { iat: seconds() + 3600 }],
  ['a later generation than there is', {}, { gen: 7 }],
  ['expiry and another defect', {}, { exp: 1, aud: evil }],
];

function defective(): [string, string][] {
  const header = decodeProtectedHeader(held.token);
  const claims = decodeJwt(held.token);
  const [, payload] = held.token.split('.');
  const encode = (value: object) => base64url.encode(JSON.stringify(value));
  const unsigned = ['none', 'None', 'NONE', 'nOnE'].map((alg): [string, string] => [
    `alg ${alg}`,
    `${encode({ ...header, alg })}.${payload}.`,
  ]);
  const hmacInput = `${encode({ ...header, alg: 'HS256' })}.${payload}`;
  const publicKey = createPublicKey(ownKey).export({ format: 'pem', type: 'spki' });
  return [
    ...defects.map(([name, head, body]): [string, string] => [
      name,
      forge({ ...header, ...head }, { ...claims, ...body }),
    ]),
    ...unsigned,
    [
      'the public key as an HMAC secret',
      `${hmacInput}.${createHmac('sha256', publicKey).update(hmacInput).digest('base64url')}`,
    ],
    ['the signature of another key', forge(header, claims, generateKeyPairSync('ed25519').privateKey)],
    ['a cut signature', held.token.slice(0, -2)],
    ['no signature', held.token.split('.').slice(0, 2).join('.')],
  ];
}

async function seen(server: { url: string }, path: string, headers: Record<string, string>) {
  const response = await fetch(server.url + path, { headers, redirect: 'manual' });
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}
const sealed = (contents: object) => sealLike(held.pageSession, contents);
const contentsOf = (token: string) => {
  const { exp, sid, gen } = decodeJwt(held.token);
  return { token, exp, sid, gen };
};

test('an access token with any defect gets one identical answer from the API', async ({ server }) => {
  expect((await seen(server, '/api/me', { Authorization: `Bearer ${held.token}` })).status).toBe(200);
  const expected = await seen(server, '/api/me', { Authorization: 'Bearer nonsense' });
  expect(expected).toMatchObject({
    status: 401,
    headers: { 'www-authenticate': expect.stringContaining('is invalid') },
  });
  for (const [name, token] of defective()) {
    const answer = await seen(server, '/api/me', { Authorization: `Bearer ${token}` });
    expect([name, answer.status, answer.body]).toEqual([name, expected.status, expected.body]);
    expect([name, answer.headers['www-authenticate'], answer.headers['set-cookie']]).toEqual([
      name,
      expected.headers['www-authenticate'],
      undefined,
    ]);
  }
});

test('an access token with any defect, sealed as the app itself seals, opens no page', async ({ server }) => {
  expect(
    (await seen(server, paths.account, { Cookie: `latchkey-session=${held.pageSession}`, ...document })).status,
  ).toBe(200);
  const good = await sealed(contentsOf(held.token));
  expect((await seen(server, paths.account, { Cookie: `latchkey-session=${good}`, ...document })).status).toBe(200);
  for (const [name, token] of defective()) {
    const cookie = `latchkey-session=${await sealed(contentsOf(token))}`;
    const page = await seen(server, paths.account, { Cookie: cookie, ...document });
    const { pathname } = new URL(page.headers.location ?? '', server.url);
    // A token that only the database can refuse leads to where that is decided; the others end at the middleware.
    const expected = name === 'another subject' ? [307, '/api/auth/refresh'] : [303, paths.login];
    expect([name, page.status, pathname, page.headers['set-cookie']]).toEqual([name, ...expected, undefined]);
    const session = await seen(server, '/api/auth/session', { Cookie: cookie });
    expect([name, session.status, session.headers['set-cookie']]).toEqual([name, 401, undefined]);
  }
});

test('only plain expiry and an ended session say so', async ({ server, client }) => {
  const expired = forge(decodeProtectedHeader(held.token), { ...decodeJwt(held.token), exp: seconds() - 1 });
  const told = async (token: string) =>
    (await seen(server, '/api/me', { Authorization: `Bearer ${token}` })).headers['www-authenticate'];
  expect(await told(expired)).toContain('The access token expired');
  expect((await client.send('POST', '/api/auth/logout')).status).toBe(204);
  expect(await told(held.token)).toContain('The session has ended');
});

test('a page session that is cut, swapped, old, foreign, doubled or huge counts as absent, and the refresh cookie decides', async ({
  server,
}) => {
  const { token, pageSession, refresh } = held;
  const { sid } = decodeJwt(token);
  const broken: [string, string][] = [
    ['cut', pageSession.slice(0, -9)],
    ['with more behind its end', `${pageSession}x`],
    ['of another version', pageSession.replace(/~2$/, '~1')],
    ['with a changed byte', pageSession.replace(/.(?=.{30}$)/, (byte) => (byte === '_' ? '-' : '_'))],
    ['an access token', token],
    ['a refresh token', refresh],
    ['old', await sealed({ ...contentsOf(token), exp: seconds() - 1 })],
    ['longer than its token', await sealed({ ...contentsOf(token), exp: seconds() + 9999 })],
    ['of another generation', await sealed({ ...contentsOf(token), gen: 1 })],
    ['of another session', await sealed({ ...contentsOf(token), sid: `${'0'.repeat(8)}${String(sid).slice(8)}` })],
    ['with one more member', await sealed({ ...contentsOf(token), admin: true })],
    ['empty inside', await sealed({})],
    ['foreign', await sealData(contentsOf(token), { password: 'another secret of thirty-two characters', ttl: 0 })],
    ['huge', `Fe26.2*1*${'a'.repeat(8000)}~2`],
    ['twice there', `${pageSession}; latchkey-session=${pageSession}`],
  ];
  for (const [name, value] of broken) {
    const alone = `latchkey-session=${value}`;
    const both = `${alone}; latchkey-refresh=${refresh}`;
    const answers = [
      [await seen(server, paths.account, { Cookie: alone, ...document }), 303, paths.login],
      [await seen(server, paths.account, { Cookie: both, ...document }), 303, '/api/auth/refresh'],
      [await seen(server, paths.account, { Cookie: both, RSC: '1' }), 401, null],
      [await seen(server, '/api/auth/session', { Cookie: both }), 401, null],
    ] as const;
    for (const [{ status, headers }, expected, path] of answers) {
      const location = headers.location === undefined ? null : new URL(headers.location, server.url).pathname;
      expect([name, status, location, headers['set-cookie']]).toEqual([name, expected, path, undefined]);
    }
  }
});
