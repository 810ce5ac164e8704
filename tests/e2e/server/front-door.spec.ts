import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, password, test } from '#tests/e2e/fixtures.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { raw } from '#tests/support/raw-http.ts';
import { startServer } from '#tests/support/server.ts';

const cases = [
  ['TRACE', 'TRACE /account HTTP/1.1\nHost: localhost', 501],
  ['PROPFIND', 'PROPFIND /account HTTP/1.1\nHost: localhost', 501],
  [
    'two Authorization headers',
    'GET /api/me HTTP/1.1\nHost: localhost\nAuthorization: Bearer a\nAuthorization: Bearer b',
    400,
  ],
  ['two Host headers', 'GET / HTTP/1.1\nHost: localhost\nHost: evil.example', 400],
  ['OPTIONS *', 'OPTIONS * HTTP/1.1\nHost: localhost', 400],
  ['a target that does not decode', 'GET /api/auth/sessions/%zz HTTP/1.1\nHost: localhost', 400],
  ['a query that takes seconds to read', `GET /api/health?${'a=b&'.repeat(3000)} HTTP/1.1\nHost: localhost`, 400],
  ['a form posted to a page', 'POST /login HTTP/1.1\nHost: localhost\nNext-Action: x\nContent-Length: 0', 405],
  ['an absolute target', 'GET http://evil.example/account HTTP/1.1\nHost: evil.example', 400],
] as const;

for (const [name, request, status] of cases) {
  test(`${name} is refused with ${status}, in the one error shape`, async ({ server }) => {
    const answer = await raw(server.port, `${request}\nConnection: close`);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('{"error":"');
    expect(answer).not.toContain('evil.example');
  });
}

test('what the router says of itself and no one can read is no fault, and an API path has no flight', async ({
  request,
}) => {
  const long = `${'["",{"c":'.repeat(300)}["",{}]${'}]'.repeat(300)}`;
  for (const state of ['', '%zz', '[]', long]) {
    const headers = { RSC: '1', 'Next-Router-State-Tree': state };
    const page = await request.get('/login', { headers });
    expect([state.slice(0, 9), page.status(), page.headers()['content-type']]).toEqual([
      state.slice(0, 9),
      200,
      'text/x-component',
    ]);
    const answer = await request.post('/api/auth/token', { headers, data: {}, maxRedirects: 0 });
    expect([answer.status(), answer.headers()['cache-control']]).toEqual([400, 'private, no-store']);
  }
});

test('bytes behind a request that are no HTTP are refused, and no exception goes uncaught', async ({ server }) => {
  for (const path of ['/api/me', '/login', '/api/auth/token']) {
    const head = `POST ${path} HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: 7`;
    expect(await raw(server.port, head, ['{"a":1}no HTTP\r\n'])).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(await raw(server.port, `GET ${path} HTTP/1.1\nHost: localhost`, ['no HTTP\r\n'])).toMatch(
      /^HTTP\/1\.1 [24]/,
    );
  }
  expect(server.output.filter((line) => /uncaught/i.test(line))).toEqual([]);
});

test('a client cannot choose its own address', async ({ client, email }) => {
  const headers = { 'X-Forwarded-For': '203.0.113.9', 'X-Real-IP': '203.0.113.9', Forwarded: 'for=203.0.113.9' };
  const signedIn = await client.send('POST', '/api/auth/token', { headers, json: { email, password } });
  client.token = JSON.parse(signedIn.body).access_token;
  const { body } = await client.send('GET', '/api/auth/sessions', { headers });
  const sessions: { current: boolean; ip: string }[] = JSON.parse(body).items;
  expect(sessions.find(({ current }) => current)?.ip).toMatch(/^(127\.0\.0\.1|::1)$/);
});

test('a client that hangs up in the middle of its request harms nobody', async ({ server, request }) => {
  for (const path of ['/api/auth/token', '/api/auth/password', '/account']) {
    const socket = connect(server.port, 'localhost');
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"em`,
    );
    await once(socket, 'connect');
    socket.destroy();
  }
  expect((await request.get('/api/health')).status()).toBe(200);
});

test('bad settings are all named, no secret is shown, and nothing is served', () => {
  const env = testEnvironment({
    BCRYPT_COST: '99',
    APP_URL: 'http://app.example.org',
    AUTH_SECRET: 'too-short-secret',
  });
  const { status, stderr, stdout } = spawnSync(process.execPath, ['scripts/start.ts'], {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  for (const name of ['BCRYPT_COST', 'APP_URL', 'AUTH_SECRET']) expect(stderr).toContain(name);
  expect(stderr + stdout).not.toContain('too-short-secret');
});

test('on SIGTERM what is under way is finished, and the process ends', async ({ playwright, email }) => {
  const server = await startServer({ BCRYPT_COST: '12' });
  const request = await playwright.request.newContext({ baseURL: server.url });
  const signingUp = request.post('/api/auth/register', { data: { email, password } });
  await expect.poll(async () => (await request.get('/api/live')).status()).toBe(200);
  const stopped = server.stop();
  expect((await signingUp).status()).toBe(201);
  // Its connections would be waited for.
  await request.dispose();
  await stopped;
  await expect(fetch(`${server.url}/api/live`)).rejects.toThrow();
});
