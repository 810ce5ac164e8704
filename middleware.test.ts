import { NextRequest } from 'next/server';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { publicEndpoints, publicPages } from '#lib/core/routes.ts';
import { parseServerSettings } from '#lib/core/settings.ts';
import { accessTokenSigner } from '#lib/server/crypto/access-token.ts';
import { pageSessionSealer } from '#lib/server/crypto/page-session.ts';
import { publicFiles, testEnvironment } from '#tests/support/environment.ts';
import { config, middleware } from './middleware.ts';

const origin = 'http://localhost:3000';
const subject = {
  userId: '6f1c1c54-6d4f-4f1e-9f53-1c6f8f5e0a11',
  sessionId: '0b8f4e0e-3f4e-4c53-8a54-90b6a6a0d7c2',
  generation: 0,
  authTime: new Date(0),
  amr: 'pwd',
};
const document = { 'Sec-Fetch-Dest': 'document' };
let token = '';
let sealed = '';
let dueSeal = '';

beforeAll(async () => {
  for (const [name, value] of Object.entries(testEnvironment())) vi.stubEnv(name, value);
  // As `skipProxyUrlNormalize` in next.config.mjs sets it.
  vi.stubEnv('__NEXT_NO_MIDDLEWARE_URL_NORMALIZE', 'true');
  const parsed = parseServerSettings(testEnvironment());
  if (!parsed.ok) throw new Error(parsed.problems.join());
  const sign = accessTokenSigner({
    keys: parsed.settings.ACCESS_TOKEN_KEYS,
    issuer: origin,
    audience: origin,
    ttlSeconds: 300,
  });
  const good = await sign(subject, new Date());
  const due = await sign(subject, new Date(Date.now() - 290_000));
  token = good.token;
  const sealPageSession = pageSessionSealer(parsed.settings.SESSION_SECRET);
  sealed = sealPageSession(good.token, good.claims);
  dueSeal = sealPageSession(due.token, due.claims);
});

async function ask(path: string, headers: Record<string, string> = {}) {
  const response = await middleware(new NextRequest(origin + path, { headers }));
  return {
    status: response.status,
    location: response.headers.get('location')?.replace(origin, '') ?? null,
    passed: response.headers.get('x-middleware-next') === '1',
    headers: response.headers,
  };
}

describe('the matcher', () => {
  const matches = (path: string) => config.matcher.some((source) => new RegExp(`^${source}$`).test(path));

  test('leaves out exactly the public endpoints, static files and named files', () => {
    for (const path of [...publicEndpoints, '/_next/static/chunks/a.js', '/_next/image', '/icon.svg'])
      expect([path, matches(path)]).toEqual([path, false]);
  });

  test('takes in every page, public ones too, and every other path', () => {
    const paths = [
      ...publicPages,
      '/account',
      '/account/1',
      '/account',
      '/unknown',
      '/api',
      '/api/me',
      '/api/auth',
      '/api/auth/sessions',
      '/api/auth/session/x',
      '/api/auth/password',
      '/api/auth/tokens',
      '/api/livex',
      '/_next/data/x.json',
      '/_next/staticx',
      '/x/favicon.ico',
      '/.well-known/other',
      '/xapi/live',
    ];
    for (const path of paths) expect([path, matches(path)]).toEqual([path, true]);
  });
});

describe('an API path', () => {
  test('needs a bearer token', async () => {
    const { status, headers } = await ask('/api/me');
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="latchkey"']);
    expect(headers.get('cache-control')).toBe('private, no-store');
  });

  test('is not opened by a cookie', async () => {
    expect((await ask('/api/me', { Cookie: `latchkey-session=${sealed}` })).status).toBe(401);
  });

  test('passes with a good token, and says nothing of what exists without one', async () => {
    expect((await ask('/api/me', { Authorization: `Bearer ${token}` })).passed).toBe(true);
    expect((await ask('/api/nothing')).status).toBe(401);
    expect((await ask('/api/nothing', { Authorization: `Bearer ${token}` })).passed).toBe(true);
  });

  test('refuses a broken one', async () => {
    const { headers } = await ask('/api/me', { Authorization: `Bearer ${token}x` });
    expect(headers.get('www-authenticate')).toContain('error_description="The access token is invalid"');
  });
});

describe('a file in public/', () => {
  test.each(publicFiles)('%s is served to anybody, who may keep it', async (path) => {
    for (const asked of [path, `${path}?v=1`]) {
      const { passed, headers } = await ask(asked);
      expect([passed, headers.get('cache-control')]).toEqual([true, 'public, max-age=0, must-revalidate']);
      expect(headers.has('content-security-policy')).toBe(false);
    }
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('takes no %s', async (method) => {
    const response = await middleware(new NextRequest(`${origin}/robots.txt`, { method }));
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  test.each([
    '/ROBOTS.TXT',
    '/Robots.txt',
    '/robots%2Etxt',
    '/%72obots.txt',
    '/robots.txt%20',
    '/robots.txt.',
    '/robots.txt%00',
    '/robots.txt;x',
    '/robots.txt%2f..%2faccount',
    '/robots.txt/../account',
    '/robots.txt%2F',
    '/x/robots.txt',
    '/img',
    '/img/',
    '/img/a+b.png',
    '/img/a%2520b.png',
    '/img%2fa%20b.png',
    '/img%5Ca%20b.png',
    '/public/robots.txt',
    '/_next/data/x/robots.txt.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/api/open.json/x',
    '/api/OPEN.json',
  ])('does not open %s', async (path) => {
    const answer = await ask(path);
    expect([answer.passed, answer.status]).toEqual([false, 401]);
  });
});

test.each([
  '/.well-known/other',
  '/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200',
  '/.well-known/jwks.json/x',
  '/.well-known/change-passwords',
  '/.well-known/%63hange-password',
  '/.well-known/a/../b',
  '/account/../.well-known/x',
])('%s is 404 for everybody, as nothing is there', async (path) => {
  for (const headers of [
    {},
    document,
    { Cookie: `latchkey-session=${sealed}` },
    { Authorization: `Bearer ${token}` },
  ]) {
    const answer = await ask(path, headers);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([404, null]);
  }
});

test.each([
  '/.well-known',
  '/.Well-Known/x',
  '/x/.well-known/x',
  '/.well-known/../account',
  '/.well-known/%2e%2e/account',
])('%s is no well-known path, and needs a session', async (path) => {
  expect((await ask(path)).status).toBe(401);
});

describe('a page', () => {
  test('passes with a good page session, with a nonce that its request and response share', async () => {
    const { passed, headers } = await ask('/account', { Cookie: `latchkey-session=${sealed}`, ...document });
    expect(passed).toBe(true);
    const policy = headers.get('content-security-policy');
    expect(policy).toMatch(/script-src 'self' 'nonce-[\w+/=]{24}' 'strict-dynamic';/);
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-middleware-request-content-security-policy')).toBe(policy);
    expect(headers.get('cache-control')).toBe('private, no-store');
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    'takes no %s: there is no Server Action to find in one',
    async (method) => {
      for (const [path, headers] of [
        ['/login', { 'Next-Action': 'x' }],
        ['/account', { Cookie: `latchkey-session=${sealed}` }],
      ] as const) {
        const response = await middleware(new NextRequest(origin + path, { method, headers }));
        expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
        expect(await response.json()).toMatchObject({ error: 'method_not_allowed' });
      }
    },
  );

  test('says what it takes', async () => {
    const response = await middleware(new NextRequest(`${origin}/login`, { method: 'OPTIONS' }));
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
  });

  test.each([
    ['/login', 'same-origin'],
    ['/forgot', 'same-origin'],
    ['/reset', 'no-referrer'],
    ['/undo', 'no-referrer'],
    ['/outbox', 'no-referrer'],
  ])('%s has the Referrer-Policy %s', async (path, policy) => {
    expect((await ask(path)).headers.get('referrer-policy')).toBe(policy);
  });

  test("ignores a policy or nonce of the client's own", async () => {
    const { headers } = await ask('/', { 'Content-Security-Policy': "script-src 'nonce-evil'", 'x-nonce': 'evil' });
    expect(headers.get('x-middleware-request-content-security-policy')).not.toContain('evil');
  });

  test.each([
    ['no cookies', {}, '/login?next=%2Faccount%3Fpage%3D2'],
    ['a refresh cookie of any content', { 'latchkey-refresh': 'x' }, '/api/auth/refresh?next=%2Faccount%3Fpage%3D2'],
    ['a damaged page session and no refresh cookie', { 'latchkey-session': 'x' }, '/login?next=%2Faccount%3Fpage%3D2'],
  ])('loaded with %s leads on', async (_name, cookies, location) => {
    const Cookie = Object.entries(cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');
    const answer = await ask('/account?page=2', { ...document, ...(Cookie && { Cookie }) });
    expect([answer.status, answer.location]).toEqual([303, location]);
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
  });

  test('is renewed first when its page session is due', async () => {
    const answer = await ask('/account', { ...document, Cookie: `latchkey-session=${dueSeal}; latchkey-refresh=x` });
    expect(answer.location).toBe('/api/auth/refresh?next=%2Faccount');
  });

  test.each([
    { RSC: '1' },
    { 'Next-Router-Prefetch': '1' },
    { 'Sec-Fetch-Dest': 'empty' },
    { ...document, 'Sec-Purpose': 'prefetch' },
    { 'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware' },
  ])('fetched with %j and no usable page session is 401, and sets nothing', async (headers) => {
    for (const cookie of [{}, { Cookie: `latchkey-session=${dueSeal}; latchkey-refresh=x` }]) {
      const answer = await ask('/account', { ...headers, ...cookie });
      expect(answer.status).toBe(401);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  });

  test('two page sessions count as none', async () => {
    const answer = await ask('/account', {
      ...document,
      Cookie: `latchkey-session=${sealed}; latchkey-session=${sealed}`,
    });
    expect(answer.location).toBe('/login?next=%2Faccount');
  });

  test('that does not exist looks the same from outside as one that does', async () => {
    expect((await ask('/nothing', document)).location).toBe('/login?next=%2Fnothing');
  });
});
