import { randomUUID } from 'node:crypto';
import { paths, publicPages, refreshPath } from '#lib/core/routes.ts';
import { test as base, expect, password } from '#tests/e2e/fixtures.ts';
import { withoutTable } from '#tests/e2e/without-table.ts';
import { type Answer, document, HttpClient } from '#tests/support/http-client.ts';
import { raw } from '#tests/support/raw-http.ts';
import type { RunningServer } from '#tests/support/server.ts';

const settings = { RATE_LIMITS: 'on', LIMIT_REFRESH_PER_SESSION: '1/900' };
/** The app with its public origin over http, and behind a proxy that ends TLS: this is the proxy's side of it. */
const schemes = {
  http: base.extend({ settings }),
  https: base.extend({ settings: { ...settings, APP_URL: 'https://app.example.org' } }),
};

// One server a scheme is enough for all of them.
base.describe.configure({ mode: 'default' });

/** What a cross-origin script, a proxy or a person who plays with headers may add. */
const foreign = {
  Origin: 'https://evil.example',
  'Access-Control-Request-Method': 'PUT',
  'Access-Control-Request-Headers': 'authorization',
  'X-Forwarded-Host': 'evil.example',
  'X-Forwarded-Proto': 'ftp',
  'X-Forwarded-Server': 'evil.example',
  Forwarded: 'host=evil.example;proto=ftp',
  'X-Original-Host': 'evil.example',
  'X-Host': 'evil.example',
};

/** One answer of every kind there is, by its name. */
async function everyKind(server: RunningServer, ann: HttpClient, origin: string): Promise<Record<string, Answer>> {
  const anyone = new HttpClient(server.port);
  const extra = { headers: foreign };
  const visit = (client: HttpClient, path: string) => client.visit(path, foreign);
  const home = await visit(anyone, '/');
  const chunk = /src="(\/_next\/static\/[^"]+\.js)"/.exec(home.body)?.[1] ?? '/no-chunk';
  const kinds: Record<string, Answer> = {
    'a public page': home,
    'a private page': await visit(ann, paths.account),
    'a flight': await ann.send('GET', '/account?_rsc', { headers: { ...foreign, RSC: '1' } }),
    'the 404 page': await visit(ann, '/nothing'),
    'the 404 of a task': await visit(ann, '/tasks/nothing'), // tasks
    'a redirect of the middleware': await visit(anyone, '/account/activity?page=2'),
    'a redirect of a page': await visit(ann, '/login?next=/account'),
    'a refusal of the middleware': await anyone.send('GET', paths.account, extra),
    'a path put right': await visit(ann, '/account/'),
    'an answer of the API': await ann.send('GET', '/api/me', extra),
    'a refusal of the API': await anyone.send('GET', '/api/me', extra),
    'something not valid': await ann.send('POST', '/api/auth/password', { headers: foreign, json: {} }),
    'an unknown API path': await ann.send('GET', '/api/nothing', extra),
    'a wrong method': await ann.send('PUT', '/api/me', extra),
    'an empty answer': await ann.send('OPTIONS', '/api/me', extra),
    'a new account': await new HttpClient(server.port).send('POST', '/api/auth/register', {
      headers: { ...foreign, Origin: origin },
      json: { email: `${randomUUID()}@example.org`, password },
    }),
    'a new task': await ann.send('POST', '/api/tasks', { headers: foreign, json: { title: 'Buy milk' } }), // tasks
    'a foreign sign-in': await anyone.send('POST', '/api/auth/token', { headers: foreign, json: {} }),
    'no metrics': await anyone.send('GET', '/api/metrics', extra),
    health: await anyone.send('GET', '/api/health', extra),
    'a body too large': await ann.send('POST', '/api/auth/password', {
      headers: foreign,
      json: { new_password: 'x'.repeat(20_000) },
    }),
    'a method unknown': await ann.send('PROPFIND', paths.account, extra),
    'a target that is none': await ann.send('GET', '/%zz', extra),
    'a script': await anyone.send('GET', chunk, extra),
    'no script': await anyone.send('GET', '/_next/static/nothing.js', extra),
    'no picture': await anyone.send('GET', '/_next/image?url=%2Ficon.svg&w=64&q=75', extra),
    'the icon': await anyone.send('GET', '/icon.svg', extra),
    'a file in public/': await anyone.send('GET', '/robots.txt', extra),
    'a form posted to a file': await anyone.send('POST', '/robots.txt', extra),
    'the key set': await anyone.send('GET', '/.well-known/jwks.json', extra),
    'the metadata': await anyone.send('GET', '/.well-known/oauth-authorization-server', extra),
    'a fault of the API': await withoutTable(server, 'events', () => ann.send('GET', '/api/activity', extra)),
    'the page of a fault': await withoutTable(server, 'events', () => visit(ann, paths.activity)),
  };
  for (const name of Object.keys(ann.cookies)) if (name.endsWith('session')) delete ann.cookies[name];
  kinds['the way to a refresh'] = await visit(ann, paths.account);
  const refreshed = await visit(ann, refreshPath(paths.account));
  kinds['a refresh'] = refreshed;
  for (const name of Object.keys(ann.cookies)) if (name.endsWith('session')) delete ann.cookies[name];
  kinds['the page that tries again'] = await visit(ann, refreshPath(paths.account));
  return kinds;
}

for (const [scheme, test] of Object.entries(schemes)) {
  const origin = (server: RunningServer) => (scheme === 'https' ? 'https://app.example.org' : server.url);

  test(`over ${scheme} every kind of answer says what it may do, and nothing of what made it`, async ({
    server,
    client,
  }) => {
    const kinds = await everyKind(server, client, origin(server));
    const statuses = Object.values(kinds).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(
      new Set([200, 201, 204, 303, 307, 308, 400, 401, 403, 404, 405, 413, 429, 500, 501]),
    );
    for (const [name, { headers, body }] of Object.entries(kinds)) {
      expect.soft(headers, name).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy':
          'camera=(), geolocation=(), microphone=(), publickey-credentials-create=(self), publickey-credentials-get=(self)',
      });
      const policy = String(headers['content-security-policy']);
      for (const rule of ["frame-ancestors 'none'", "base-uri 'none'"]) expect.soft(policy, name).toContain(rule);
      expect.soft(policy, name).not.toContain('unsafe');
      expect
        .soft(headers['strict-transport-security'], name)
        .toBe(scheme === 'https' ? 'max-age=63072000; includeSubDomains' : undefined);
      const told = Object.keys(headers).filter((header) => /^(x-powered-by|server|access-control-.*)$/.test(header));
      expect.soft(told, name).toEqual([]);
      // Next puts a redirect's address into its body too, of no type.
      if (body !== '' && !headers.location) expect.soft(headers['content-type'], name).toBeTruthy();
    }
  });

  test(`over ${scheme} no answer repeats a host that it was sent: links and redirects lead to APP_URL`, async ({
    server,
    client,
  }) => {
    const kinds = await everyKind(server, client, origin(server));
    for (const [name, { headers, body }] of Object.entries(kinds)) {
      expect.soft(JSON.stringify(headers) + body, name).not.toMatch(/evil\.example|ftp:/);
      const { location } = headers;
      if (location !== undefined) expect.soft(new URL(location, origin(server)).origin, name).toBe(origin(server));
    }
    expect(kinds['a new task']?.headers.location).toMatch(`${origin(server)}/api/tasks/`); // tasks
    expect(JSON.parse(kinds['the metadata']?.body ?? '{}').issuer).toBe(origin(server));
  });

  test(`over ${scheme} a foreign Host header changes nothing of where answers lead`, async ({
    server,
    client: ann,
  }) => {
    const headers = { ...document, Host: 'evil.example' };
    const anyone = new HttpClient(server.port);
    const answers = [
      await anyone.send('GET', paths.account, { headers }),
      await anyone.send('GET', '/login', { headers }),
      await anyone.send('GET', '/account/', { headers }),
      await anyone.send('GET', '/.well-known/oauth-authorization-server', { headers }),
      await anyone.send('GET', refreshPath(paths.account), { headers }),
      await ann.send('GET', '/login', { headers }),
      await ann.send('GET', '/nothing', { headers }),
      await ann.send('GET', paths.account, { headers }),
      await ann.send('POST', '/api/tasks', { headers: { Host: 'evil.example' }, json: { title: 'Buy milk' } }), // tasks
    ];
    for (const { headers: answered, body } of answers)
      expect.soft(JSON.stringify(answered) + body).not.toContain('evil.example');
    const locations = answers.flatMap(({ headers: { location } }) => location ?? []);
    expect(locations.length).toBeGreaterThan(3);
    for (const location of locations) expect(location).toMatch(new RegExp(`^(/|${origin(server)}/)(?!/)`));
  });
}

const { http: test } = schemes;

test('each page has a nonce of its own, which all its scripts and styles carry', async ({ server, client: ann }) => {
  const seen = new Set<string>();
  const load = async (path: string) => {
    const { headers, body } = await ann.visit(path);
    const policy = String(headers['content-security-policy']);
    const [, nonce = ''] = /script-src 'self' 'nonce-([\w+/=]{24})' 'strict-dynamic';/.exec(policy) ?? [];
    expect(policy, path).toContain(`style-src 'self' 'nonce-${nonce}';`);
    expect(policy, path).toContain("require-trusted-types-for 'script'; trusted-types default");
    const tags = body.match(/<(?:script|style|link rel="stylesheet")\b[^>]*>/g) ?? [];
    expect(tags.length, path).toBeGreaterThan(5);
    expect(
      tags.filter((tag) => !tag.includes(`nonce="${nonce}"`)),
      path,
    ).toEqual([]);
    seen.add(nonce);
  };
  const signedIn = Object.values(paths).filter((path) => !publicPages.includes(path) && !path.includes('['));
  const all = ['/', '/forgot', '/reset', '/outbox', '/nothing', ...signedIn];
  for (const path of [...all, '/', paths.account]) await load(path);
  await withoutTable(server, 'events', () => load(paths.activity));
  ann.cookies = {};
  await load('/login');
  await load('/register');
  expect(seen.size).toBe(all.length + 5);
});

test('a nonce or a policy that a request brings is not heard', async ({ client: ann }) => {
  const policy = "script-src 'nonce-evilevilevil' 'unsafe-inline'";
  const brought = {
    'x-nonce': 'evilevilevil',
    'Content-Security-Policy': policy,
    'Content-Security-Policy-Report-Only': policy,
    'x-middleware-request-content-security-policy': policy,
    'x-middleware-override-headers': 'content-security-policy',
  };
  for (const path of ['/', paths.account, '/nothing', '/api/live', '/_next/static/nothing']) {
    const { headers, body } = await ann.visit(path, brought);
    expect(JSON.stringify(headers) + body, path).not.toContain('evilevilevil');
  }
});

const notHttp = [
  'CONNECT evil.example:443 HTTP/1.1\nHost: evil.example',
  'nonsense',
  'GET / HTTP/9.9',
  'GET / HTTP/1.1\nHost : localhost',
  // Where one request ends and the next begins must be as plain to a proxy as to us.
  'POST / HTTP/1.1\nHost: localhost\nContent-Length: 5\nTransfer-Encoding: chunked',
  'POST / HTTP/1.1\nHost: localhost\nContent-Length: 5\nContent-Length: 6',
  'POST / HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked, identity',
  'POST / HTTP/1.1\nHost: localhost\nTransfer-Encoding: xchunked',
];

test('what is not HTTP, and what two parsers might read differently, is refused without a word', async ({ server }) => {
  for (const head of notHttp)
    expect(await raw(server.port, head), head).toMatch(
      /^HTTP\/1\.1 (501|400|505) [ \w]+\r\nConnection: close\r\n\r\n$/,
    );
});
