import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newSecurityEvent } from '#lib/server/activity/record.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ LIMIT_LOGIN_PER_ACCOUNT: '5/900', LIMIT_REGISTER_PER_ADDRESS: '40/3600' });
});
afterEach(() => app.close());

const register = (json: unknown, browser = new Browser()) => browser.authenticate('/api/auth/register', json);
const signIn = (json: unknown, browser = new Browser()) => browser.authenticate('/api/auth/token', json);

describe('signing in', () => {
  beforeEach(() => signedUp());

  test('takes JSON, and the form that OAuth clients send', async () => {
    expect((await signIn({ email: 'ann@example.org', password })).status).toBe(200);
    const body = new URLSearchParams({ grant_type: '', username: 'ann@example.org', password, client_id: 'ignored' });
    expect((await new Browser().send('POST', '/api/auth/token', { body })).status).toBe(200);
  });

  test('with another grant is unsupported_grant_type', async () => {
    const body = new URLSearchParams({ grant_type: 'client_credentials', username: 'ann@example.org', password });
    const response = await new Browser().send('POST', '/api/auth/token', { body });
    expect([response.status, (await response.json()).error]).toEqual([400, 'unsupported_grant_type']);
  });

  test('answers an unknown address and a wrong password alike', async () => {
    const [unknown, wrong] = await Promise.all([
      signIn({ email: 'nobody@example.org', password }),
      signIn({ email: 'ann@example.org', password: 'wrong' }),
    ]);
    expect([unknown.status, wrong.status]).toEqual([401, 401]);
    expect(await unknown.text()).toBe(await wrong.text());
    const headers = ({ headers }: Response) => [...headers].filter(([name]) => name !== 'x-request-id');
    expect(headers(unknown)).toEqual(headers(wrong));
  });

  test('is exact about spaces and case in the password', async () => {
    for (const typed of [` ${password}`, `${password} `, password.toUpperCase()]) {
      expect((await signIn({ email: 'ann@example.org', password: typed })).status).toBe(401);
    }
  });

  test('is never the password with a NUL and the password again, which bcrypt takes for the same', async () => {
    const response = await signIn({ email: 'ann@example.org', password: `${password}\0${password}` });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { fields: { password: [expect.any(String)] } },
    ]);
  });

  test('never cuts a password at the length that bcrypt reads', async () => {
    const longest = 'ab9 '.repeat(18);
    await register({ email: 'bob@example.org', password: longest });
    expect((await signIn({ email: 'bob@example.org', password: longest })).status).toBe(200);
    expect((await signIn({ email: 'bob@example.org', password: `${longest}x` })).status).toBe(401);
  });

  test('ends the session that the browser came with', async () => {
    const browser = await signedUp('bob@example.org');
    const before = browser.copy();
    await signIn({ email: 'bob@example.org', password }, browser);
    expect((await before.send('GET', '/api/me')).status).toBe(401);
    expect((await browser.send('GET', '/api/me')).status).toBe(200);
  });

  test('never adopts a planted session: a stranger’s ends, a made-up one is nothing', async () => {
    const attacker = await signedUp('eve@example.org');
    const idOf = (who: Browser) => who.cookies.get('latchkey-refresh')?.split('.')[2];
    const planted = idOf(attacker);
    const victim = attacker.copy();
    expect((await signIn({ email: 'ann@example.org', password }, victim)).status).toBe(200);
    expect(await (await victim.send('GET', '/api/me')).json()).toMatchObject({ email: 'ann@example.org' });
    expect(idOf(victim)).not.toBe(planted);
    expect([(await attacker.refresh()).status, (await attacker.send('GET', '/api/me')).status]).toEqual([401, 401]);
    const madeUp = new Browser();
    madeUp.cookies.set('latchkey-refresh', attacker.cookies.get('latchkey-refresh')?.replace(/.$/, '') ?? '');
    madeUp.cookies.set('latchkey-session', 'Fe26.2*1*planted~2');
    expect((await signIn({ email: 'ann@example.org', password }, madeUp)).status).toBe(200);
    expect(idOf(madeUp)).not.toBe(planted);
    expect((await madeUp.refresh()).status).toBe(200);
  });

  test('with a wrong password leaves the session that the browser came with', async () => {
    const browser = await signedUp('bob@example.org');
    await signIn({ email: 'bob@example.org', password: 'wrong' }, browser);
    expect((await browser.send('GET', '/api/me')).status).toBe(200);
  });

  test('lets exactly as many parallel tries through as the limit says, then says when to come back', async () => {
    const tries = await Promise.all(
      Array.from({ length: 6 }, () => signIn({ email: 'ann@example.org', password: 'wrong' })),
    );
    expect(tries.map(({ status }) => status).sort()).toEqual([401, 401, 401, 401, 401, 429]);
    const late = await signIn({ email: 'ann@example.org', password });
    expect([late.status, late.headers.get('retry-after')]).toEqual([429, '900']);
    app.clock.advance(900);
    expect((await signIn({ email: 'ann@example.org', password })).status).toBe(200);
  });

  test('upgrades a hash that was made at a lower cost', async () => {
    const cost = async () => (await app.deps.store.findUserByEmail('ann@example.org'))?.passwordHash?.slice(4, 6);
    expect(await cost()).toBe('04');
    await app.restart({ BCRYPT_COST: '10' });
    for (const _ of ['with the old hash', 'with the new one']) {
      expect((await signIn({ email: 'ann@example.org', password })).status).toBe(200);
      expect(await cost()).toBe('10');
    }
  });

  test('that began before the password was changed makes no session', async () => {
    const owner = new Browser();
    await signIn({ email: 'ann@example.org', password }, owner);
    const { compare } = app.deps.hasher;
    app.deps.hasher.compare = async (typed, hash) => {
      const isMatch = await compare(typed, hash);
      const user = await app.deps.store.findUserByEmail('ann@example.org');
      const about = { userId: user?.id ?? '', sessionId: null, requester: { userAgent: null, ip: null } };
      const event = newSecurityEvent(app.deps, 'password_reset', { ...about, now: app.clock.now });
      if (hash) await app.deps.store.setPassword(about.userId, hash, event);
      return isMatch;
    };
    expect((await signIn({ email: 'ann@example.org', password })).status).toBe(401);
  });
});

describe('what is no sign-in form of ours', () => {
  const attempt = (headers: Record<string, string>) =>
    new Browser().send('POST', '/api/auth/token', { json: { email: 'ann@example.org', password }, headers });

  test.each([
    { Origin: 'https://evil.example' },
    { Origin: 'null' },
    { Origin: 'http://localhost:3001' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ])('%j is forbidden, and told which origin is expected', async (headers) => {
    const response = await attempt(headers);
    expect(response.status).toBe(403);
    expect((await response.json()).error_description).toContain('http://localhost:3000');
  });

  test.each([
    ['another content type', { body: '{}', headers: { 'Content-Type': 'text/plain' } }, 415],
    ['no content type', { body: new Uint8Array([123, 125]) }, 415],
    ['no body at all', {}, 400],
    ['a key that every object inherits', { json: { email: 'a@example.org', password, constructor: 1 } }, 400],
    ['a form without a password', { body: new URLSearchParams({ username: 'a@example.org', scope: 'x' }) }, 400],
    [
      'a body that breaks off',
      {
        body: new ReadableStream({ start: (stream) => stream.error(new Error('gone')) }),
        headers: { 'Content-Type': 'application/json' },
      },
      400,
    ],
    ['broken JSON', { body: '{', headers: { 'Content-Type': 'application/json' } }, 400],
    ['a list', { json: [] }, 400],
    [
      'deep nesting',
      { body: `${'['.repeat(5000)}${']'.repeat(5000)}`, headers: { 'Content-Type': 'application/json' } },
      400,
    ],
    ['a prototype', { body: '{"__proto__":{"a":1}}', headers: { 'Content-Type': 'application/json' } }, 400],
    ['a key twice', { body: '{"email":"a","email":"b"}', headers: { 'Content-Type': 'application/json' } }, 400],
    [
      'bytes that are no text',
      { body: new Uint8Array([0xff, 0xfe]), headers: { 'Content-Type': 'application/json' } },
      400,
    ],
    ['seventeen kilobytes', { json: { email: 'a'.repeat(17_000), password } }, 413],
  ])('%s is refused', async (_name, options, status) => {
    const response = await new Browser().send('POST', '/api/auth/token', options);
    expect(response.status).toBe(status);
    expect(Object.keys(await response.json())).toEqual(expect.arrayContaining(['error', 'error_description']));
  });
});
