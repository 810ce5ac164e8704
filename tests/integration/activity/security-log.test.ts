import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { activityPage } from '#lib/core/activity/contract.ts';
import { logger } from '#lib/server/observability/log.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
let lines: Record<string, unknown>[];
beforeEach(async () => {
  app = await startApp({ LIMIT_LOGIN_PER_ACCOUNT: '22/900', LIMIT_PASSWORD_CHANGE_PER_USER: '1/900' });
  lines = [];
  app.deps.log = logger('debug', { write: (line) => lines.push(JSON.parse(line)) });
});
afterEach(() => app.close());

const logged = (event: string) => lines.filter((line) => line.event === event);
const signIn = (email: string, typed = 'wrong') =>
  new Browser().send('POST', '/api/auth/token', { json: { email, password: typed } });

async function recorded(owner: Browser, type: string): Promise<number> {
  const { items } = activityPage.parse(await (await owner.send('GET', '/api/activity?size=100')).json());
  return items.filter((item) => item.type === type).length;
}

test('the activity log holds the sign-up, in pages', async () => {
  const body = await (await (await signedUp()).send('GET', '/api/activity?size=1')).json();
  expect(body).toMatchObject({
    total: 1,
    page: 1,
    size: 1,
    pages: 1,
    items: [{ type: 'signed_up', user_agent: 'Test/1.0', method: 'password', by: 'self' }],
  });
  expect(JSON.stringify(body)).not.toContain('ann@');
});

test('an event is one line, with the id that the answer bears, and of the browser no more than its kind', async () => {
  const browser = new Browser();
  const response = await browser.authenticate('/api/auth/register', { email: 'ann@example.org', password });
  expect(logged('signed_up')).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      requestId: response.headers.get('x-request-id'),
      event: 'signed_up',
      userId: expect.any(String),
      sessionId: expect.any(String),
      ip: null,
      device: 'An unknown device',
      method: 'password',
      by: 'self',
    },
  ]);
});

test('an id that the client sent is not believed', async () => {
  const response = await new Browser().send('GET', '/api/live', { headers: { 'X-Request-Id': 'mine' } });
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('what ends a session, and what begins one, has its line', async () => {
  const owner = await signedUp();
  const other = new Browser();
  await other.authenticate('/api/auth/token', { email: 'ann@example.org', password });
  const { session_id: id } = await (await other.send('GET', '/api/me')).json();
  await owner.send('DELETE', `/api/auth/sessions/${id}`);
  const json = { current_password: password, new_password: 'other unrelated words' };
  await owner.authenticate('/api/auth/password', json).catch(() => null);
  await owner.send('POST', '/api/auth/password', { json });
  await owner.send('POST', '/api/auth/logout', { token: null });
  const again = new Browser();
  await again.authenticate('/api/auth/token', { email: 'ann@example.org', password: 'other unrelated words' });
  await again.send('DELETE', '/api/auth/sessions');
  for (const event of ['signed_up', 'signed_in', 'session_ended', 'password_changed', 'signed_out'])
    expect([event, logged(event)[0]]).toEqual([event, expect.objectContaining({ userId: expect.any(String) })]);
  expect(logged('signed_out_everywhere')).toHaveLength(1);
});

test('a fault is logged by name and place, with the id of the answer, and never in its own words', async () => {
  const owner = await signedUp();
  app.deps.store.listSecurityEvents = async () => {
    throw new TypeError('secret detail');
  };
  const response = await owner.send('GET', '/api/activity');
  expect(logged('fault')).toMatchObject([{ name: 'TypeError', requestId: response.headers.get('x-request-id') }]);
  expect(JSON.stringify(lines)).not.toContain('secret detail');
});

test('what must not be logged is left out, should a caller pass it', () => {
  app.deps.log.info({ password, email: 'ann@example.org', about: { token: 'v1.x', cookie: 'y' } }, 'Careless');
  expect(lines).toEqual([{ level: 'info', time: expect.any(String), about: {}, message: 'Careless' }]);
});

test('of many failed tries the log has each, and the person’s activity a bounded number', async () => {
  const owner = await signedUp();
  await Promise.all(Array.from({ length: 22 }, () => signIn('ann@example.org')));
  await signIn('nobody@example.org');
  await vi.waitFor(() => expect(logged('sign_in_failed')).toHaveLength(23));
  expect(logged('sign_in_failed').filter(({ userId }) => userId === null)).toHaveLength(1);
  await vi.waitFor(async () => expect(await recorded(owner, 'sign_in_failed')).toBe(20));
});

test('a limit that was reached stands in the person’s activity once for each window', async () => {
  const owner = await signedUp();
  await Promise.all(Array.from({ length: 25 }, () => signIn('ann@example.org')));
  await vi.waitFor(async () => expect(await recorded(owner, 'limit_reached')).toBe(1));
  expect(
    logged('limit_reached').map(({ level, limit, setting, userId }) => [level, limit, setting, typeof userId]),
  ).toEqual([
    ['warn', 'login-account', 'LIMIT_LOGIN_PER_ACCOUNT', 'undefined'],
    ['warn', undefined, undefined, 'string'],
  ]);
  const json = { current_password: 'wrong', new_password: 'other unrelated words' };
  app.clock.advance(901);
  await owner.refresh();
  for (let n = 0; n < 3; n++) await owner.send('POST', '/api/auth/password', { json });
  await vi.waitFor(async () => expect(await recorded(owner, 'limit_reached')).toBe(2));
});

test('a limit by address names its setting, and the one that tells people behind a proxy apart', async () => {
  const json = (n: number) => ({ email: `person-${n}@example.org`, password });
  for (const hops of [0, 1]) {
    app.deps.env = {
      ...app.deps.env,
      LIMIT_REGISTER_PER_ADDRESS: { count: 1, seconds: 900 },
      TRUSTED_PROXY_HOPS: hops,
    };
    app.clock.advance(901);
    for (const n of [1, 2]) await new Browser().send('POST', '/api/auth/register', { json: json(10 * hops + n) });
  }
  const line = { limit: 'register-address', setting: 'LIMIT_REGISTER_PER_ADDRESS' };
  const [direct, behindOne] = logged('limit_reached');
  expect(direct).toMatchObject({ ...line, message: expect.stringContaining('TRUSTED_PROXY_HOPS') });
  expect(behindOne).toMatchObject(line);
  expect(behindOne).not.toHaveProperty('message');
});

test('an answer that was lost stands there once; twenty tabs that repeat in time do not', async () => {
  const owner = await signedUp();
  const tabs = Array.from({ length: 20 }, () => owner.copy());
  await Promise.all(tabs.map((tab) => tab.refresh()));
  expect(await recorded(tabs[0] ?? owner, 'refresh_replaced')).toBe(0);
  expect(logged('refresh_replayed').length).toBeGreaterThan(0);

  const first = tabs[0] ?? owner;
  app.clock.advance(60);
  for (let n = 0; n < 3; n++) {
    // Its answer is lost: the cookie stays what it was.
    await first.copy().refresh();
    app.clock.advance(11);
  }
  await first.refresh();
  expect(await recorded(first, 'refresh_replaced')).toBe(1);
  expect(logged('refresh_replaced')).toHaveLength(1);
});

test('an event that cannot be recorded undoes nothing', async () => {
  const owner = await signedUp();
  app.deps.store.addSecurityEvent = async () => {
    throw new Error('full');
  };
  await owner.copy().refresh();
  app.clock.advance(11);
  expect((await owner.refresh()).status).toBe(200);
  expect(logged('fault')).toHaveLength(1);
});

test('a fault’s line has the database’s code, and nothing of its message', async () => {
  const browser = await signedUp();
  app.deps.store.findAccess = async () => {
    throw Object.assign(new Error('duplicate key (email)=(ann@example.org)'), { code: 'XX001' });
  };
  expect((await browser.send('GET', '/api/me')).status).toBe(500);
  expect(logged('fault')).toEqual([expect.objectContaining({ name: 'Error', code: 'XX001' })]);
  expect(JSON.stringify(lines)).not.toContain('ann@example.org');
});
