import type { APIResponse } from '@playwright/test';
import { paths } from '#lib/core/routes.ts';
import { bearer, cookieValue, expect, password, signUp, test } from '#tests/e2e/fixtures.ts';
import { turnTwoStepOn } from '#tests/e2e/sign-in/two-step.ts';
import { withoutTable } from '#tests/e2e/without-table.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { startServer } from '#tests/support/server.ts';

test.use({ settings: { LOG_LEVEL: 'debug', REFRESH_GRACE_SECONDS: '1' } });
// One server is enough for all of them.
test.describe.configure({ mode: 'default' });

/** The JSON lines among what the server has printed. */
function lines(output: string[]): Record<string, unknown>[] {
  return output.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}

test('nothing that the server prints holds a token, a cookie, an address, a password or a secret', async ({
  context,
  server,
  email,
}) => {
  const { request } = context;
  const seen = new Set([email, password, 'other unrelated words', 'not my password']);
  const { AUTH_SECRET, SESSION_SECRET, ACCESS_TOKEN_KEYS } = testEnvironment();
  for (const secret of [AUTH_SECRET, SESSION_SECRET, JSON.parse(ACCESS_TOKEN_KEYS).keys[0].d]) seen.add(secret);
  const keep = async (response: APIResponse) => {
    const body = await response.text();
    for (const [token] of body.matchAll(/ey[\w-]+\.[\w-]+\.[\w-]+/g)) seen.add(token);
    for (const name of ['refresh', 'session'] as const) {
      const value = await cookieValue(context, name);
      if (value) seen.add(value);
    }
    return response;
  };
  const answers = [];
  const data = { email, password, name: 'Ann' };
  answers.push(await keep(await request.post('/api/auth/register', { data })));
  const first = await context.cookies();
  await request.post('/api/auth/token', { data: { email, password: 'not my password' } });
  answers.push(await keep(await request.post('/api/auth/refresh')));
  answers.push(await keep(await request.get('/api/me', { headers: await bearer(context) })));
  const json = { current_password: password, new_password: 'other unrelated words' };
  answers.push(await keep(await request.post('/api/auth/password', { data: json, headers: await bearer(context) })));
  answers.push(await keep(await request.get(`/account?token=${[...seen].at(-1)}`)));
  const broken = await withoutTable(server, 'events', async () => [
    await request.get('/api/activity', { headers: await bearer(context) }),
    await request.get(paths.activity, { headers: { Accept: 'text/html' } }),
  ]);
  answers.push(await keep(await request.post('/api/auth/logout')));
  await signUp(context, `other-${email}`);
  seen.add(`other-${email}`);
  const stolen = await context.cookies();
  answers.push(await keep(await request.post('/api/auth/refresh')));
  await keep(await request.get('/api/me', { headers: await bearer(context) }));
  const presentStolen = async () => {
    await context.addCookies(stolen);
    return (await request.post('/api/auth/refresh')).status();
  };
  await expect.poll(presentStolen).toBe(401);
  await context.addCookies(first);
  await request.post('/api/auth/refresh');
  expect(answers.map((answer) => answer.ok())).toEqual(answers.map(() => true));
  expect(broken.map((answer) => answer.status())).toEqual([500, 500]);

  const events = ['signed_up', 'sign_in_failed', 'password_changed', 'signed_out', 'refresh_replayed', 'refresh_reuse'];
  await expect
    .poll(() => events.filter((event) => !lines(server.output).some((line) => line.event === event)))
    .toEqual([]);
  expect(seen.size).toBeGreaterThan(15);
  const printed = server.output.join('\n');
  expect([...seen].filter((secret) => printed.includes(secret))).toEqual([]);
});

test('every answer bears an id that the server made, and the lines of its request bear it too', async ({
  request,
  server,
  email,
}) => {
  const headers = { 'X-Request-Id': 'chosen-by-the-client' };
  const signedUp = await request.post('/api/auth/register', { data: { email, password }, headers });
  const id = signedUp.headers()['x-request-id'];
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  await expect
    .poll(() => lines(server.output).filter((line) => line.requestId === id))
    .toMatchObject([
      {
        level: 'info',
        event: 'signed_up',
        userId: expect.any(String),
        ip: expect.stringMatching(/^(127\.0\.0\.0|::)$/),
      },
    ]);
  for (const path of ['/api/live', '/api/nothing', '/api/me', '/login', '/account', '/.well-known/jwks.json'])
    expect((await request.get(path)).headersArray().filter(({ name }) => /^x-request-id$/i.test(name))).toHaveLength(1);
});

test('a call from a foreign page and one with a made-up token have their line; one without a token, or before a second step, has none', async ({
  request,
  server,
  email,
}) => {
  await request.post('/api/auth/register', { data: { email, password } });
  await turnTwoStepOn(server, email);
  const id = (answer: APIResponse) => answer.headers()['x-request-id'];
  const foreign = await request.post('/api/auth/logout', { headers: { Origin: 'https://evil.example' } });
  const none = await request.get('/api/me');
  const asked = await request.post('/api/auth/token', { data: { email, password } });
  // The last one has a line: whatever the others had would come before it.
  const madeUp = await request.get('/api/auth/sessions/1', { headers: { Authorization: 'Bearer a.b.c' } });
  expect([foreign, madeUp, none, asked].map((answer) => answer.status())).toEqual([403, 401, 401, 403]);
  const refused = () => lines(server.output).filter((line) => line.event === 'refused');
  await expect
    .poll(() => refused().filter((line) => [foreign, madeUp, none, asked].map(id).includes(String(line.requestId))))
    .toMatchObject([
      { requestId: id(foreign), level: 'warn', status: 403, method: 'POST', route: '/api/auth/logout' },
      { requestId: id(madeUp), level: 'warn', status: 401, method: 'GET', route: '/api/auth/sessions/[id]' },
    ]);
  for (const line of refused()) expect(line.ip).toMatch(/^(127\.0\.0\.0|::)$/);
});

test('the reference on the error page is in the log, with the request it came from', async ({
  page,
  context,
  server,
  email,
}) => {
  await signUp(context, email);
  await withoutTable(server, 'events', async () => {
    const response = await page.goto(paths.activity);
    const digest = await page.locator('code').innerText();
    await expect
      .poll(() => lines(server.output).filter((line) => line.digest === digest))
      .toMatchObject([
        {
          level: 'error',
          event: 'fault',
          requestId: response?.headers()['x-request-id'],
          route: expect.stringContaining(paths.activity),
        },
      ]);
  });
});

test('the start says where mails are read, or that they travel in clear, or neither', async ({ server }) => {
  const saidBy = ({ output }: { output: string[] }) =>
    lines(output)
      .filter(({ message }) => /mails/.test(String(message)))
      .map(({ level, message }) => [level, message]);
  const where = `No SMTP server is set: mails are read at ${server.url}/outbox, on this machine only.`;
  expect(saidBy(server)).toEqual([['info', where]]);
  const MAIL_FROM = 'sign-in@example.org';
  const started = async (settings: Record<string, string>) => {
    const other = await startServer({ LOG_LEVEL: 'info', ...settings });
    await other.stop();
    return saidBy(other);
  };
  expect(await started({ SMTP_URL: 'smtp://localhost:9?tls=off', MAIL_FROM })).toEqual([
    ['warn', expect.stringMatching(/^SMTP_URL says tls=off: mails .* in clear/)],
  ]);
  expect(await started({ SMTP_URL: 'smtps://ada:hunter2@localhost:9', MAIL_FROM })).toEqual([]);
  expect(await started({ OUTBOX_PAGE: 'off' })).toEqual([]);
});
