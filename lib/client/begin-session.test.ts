import { describe, expect, test } from 'vitest';
import { createBrowser, turns } from '#lib/client/testing/fake-browser.ts';
import { ada, credentials, type Mishap, mishaps } from '#lib/client/testing/fake-server.ts';
import { changePassword, completeSecondStep, register, signIn } from './begin-session.ts';
import { stepUp } from './step-up.ts';

const passwords = { current_password: credentials.password, new_password: 'a better horse battery' };

describe('signing in', () => {
  test('gives the person, takes the token, and tells the other tabs without sending it', async () => {
    const { tab, messages } = createBrowser();
    const { client } = tab();
    await client.start();
    messages.length = 0;
    expect(await signIn(client, credentials)).toEqual({ ok: true, value: ada });
    expect(client.state()).toEqual({ status: 'signed-in', user: ada });
    expect((await client.fetch('/api/me')).status).toBe(200);
    expect(messages).toEqual([
      { type: 'stop', sessionId: null, generation: null },
      { type: 'signed-in', sessionId: 'session-1', generation: 0 },
    ]);
  });

  test('with a wrong password leaves everything as it was', async () => {
    const { tab, messages } = createBrowser();
    const { client } = tab();
    await client.start();
    const error = { code: 'invalid_grant', description: 'About invalid_grant.' };
    expect(await signIn(client, { ...credentials, password: 'wrong' })).toEqual({ ok: false, error });
    expect(client.state()).toEqual({ status: 'signed-out' });
    expect(messages).not.toContainEqual(expect.objectContaining({ type: 'signed-in' }));
  });

  test('says what a second step takes; its code then signs in, and tells the other tabs', async () => {
    const { tab, server, messages } = createBrowser();
    const { client } = tab();
    const second_step = { id: 'step-1', factors: ['totp', 'recovery_code'], expires_in: 600 };
    const body = { error: 'second_step_required', error_description: 'Show it.', second_step };
    server.next('POST /api/auth/token', async () => ({ response: Response.json(body, { status: 403 }) }));
    const error = { code: 'second_step_required', description: 'Show it.', secondStep: second_step };
    expect(await signIn(client, credentials)).toEqual({ ok: false, error });
    expect(messages).not.toContainEqual(expect.objectContaining({ type: 'signed-in' }));
    expect(await completeSecondStep(client, { second_step_id: 'step-1', code: '123 456' })).toMatchObject({ ok: true });
    expect(messages).toContainEqual(expect.objectContaining({ type: 'signed-in' }));
  });

  test.each([
    ['offline', mishaps.offline, { code: 'unreachable', description: expect.stringContaining('not be reached') }],
    ['a portal', mishaps.portal, { code: 'unreachable', description: expect.stringContaining('instead of it (200)') }],
    [
      'a proxy’s 401',
      mishaps.portal401,
      { code: 'unreachable', description: expect.stringContaining('its own (401)') },
    ],
    ['a long wait', wait(900), { code: 'slow_down', retryAfterSeconds: 900 }],
    ['a wait of no known length', wait('soon'), { code: 'slow_down' }],
    ['too many tries', mishaps.slowDown, { code: 'slow_down', retryAfterSeconds: 7 }],
  ])('comes to an error that a page can show: %s', async (_name, mishap, error) => {
    const { tab, server } = createBrowser();
    server.next('POST /api/auth/token', mishap);
    expect(await signIn(tab().client, credentials)).toMatchObject({ ok: false, error });
  });

  test('waits no longer for a dead tab’s lock than a refresh may take', async () => {
    const { tab, withLock, advance, server } = createBrowser();
    void withLock('latchkey-refresh', new AbortController().signal, () => new Promise(() => {}));
    void signIn(tab().client, credentials);
    await advance(7999);
    expect(server.requests).toEqual([]);
    await advance(1);
    expect(server.requests).toEqual(['POST /api/auth/token', 'GET /api/auth/session']);
  });

  test('gives up on a server that never answers', async () => {
    const { tab, server, advance } = createBrowser();
    server.next('POST /api/auth/token', mishaps.hangs);
    const result = signIn(tab().client, credentials);
    await advance(20_000);
    expect(await result).toMatchObject({ ok: false, error: { code: 'unreachable' } });
  });
});

test('signing up gives the person too', async () => {
  const { tab, server } = createBrowser();
  const { client } = tab();
  expect(await register(client, { ...credentials, name: 'Ada' })).toEqual({ ok: true, value: ada });
  expect(server.seen[0]?.body).toBe(JSON.stringify({ ...credentials, name: 'Ada' }));
});

describe('a browser that keeps no cookies', () => {
  const ways = [
    ['signing in', 'POST /api/auth/token', signIn],
    ['signing up', 'POST /api/auth/register', register],
  ] as const;
  const error = { code: 'cookies_blocked', description: expect.stringContaining('Allow cookies for this site') };
  const notKept: Mishap = async (serve) => ({ response: serve().response });
  const end = 'DELETE /api/auth/sessions/session-1';

  test.each(ways)('and says so gets no request: %s', async (_name, _request, call) => {
    const { tab, server } = createBrowser();
    const { client } = tab({}, { keepsCookies: () => false });
    expect(await call(client, credentials)).toEqual({ ok: false, error });
    expect(server.requests).toEqual([]);
  });

  test.each(ways)('and does not say so is found out, and its session ended: %s', async (_name, request, call) => {
    const { tab, server, messages } = createBrowser();
    server.next(request, notKept);
    const { client } = tab();
    expect(await call(client, credentials)).toEqual({ ok: false, error });
    expect(server.requests).toEqual([request, 'GET /api/auth/session', 'POST /api/auth/refresh', end]);
    expect(client.life()).toBeNull();
    expect(messages).not.toContainEqual(expect.objectContaining({ type: 'signed-in' }));
  });

  test('is not asked for where cookies have come back already: a changed password', async () => {
    const { signedInTab, server } = createBrowser();
    const { client } = await signedInTab();
    expect(await changePassword(client, passwords)).toEqual({ ok: true, value: ada });
    expect(server.requests).toEqual(['POST /api/auth/password']);
  });

  test.each([
    ['the server cannot be reached for the question', mishaps.offline],
    ['a portal answers it', mishaps.portal],
    ['a proxy in front refuses it', mishaps.portal401],
    ['it is asked for a pause', mishaps.slowDown],
  ])('is not suspected where %s', async (_name, mishap) => {
    const { tab, server } = createBrowser();
    server.next('GET /api/auth/session', mishap);
    expect(await signIn(tab().client, credentials)).toEqual({ ok: true, value: ada });
  });

  test('is not suspected where an instance knows the refresh token alone, which then brings a token', async () => {
    const { tab, server } = createBrowser();
    server.next('GET /api/auth/session', mishaps.unauthorized);
    const { client } = tab();
    expect(await signIn(client, credentials)).toEqual({ ok: true, value: ada });
    expect(server.requests).toEqual(['POST /api/auth/token', 'GET /api/auth/session', 'POST /api/auth/refresh']);
    expect(client.life()?.generation).toBe(1);
  });

  test('is not suspected where the access token ended before the answer came', async () => {
    const { tab, server, advance } = createBrowser();
    server.settings.expiresIn = 1;
    server.next('GET /api/auth/session', async (serve) => {
      await advance(1000);
      return serve();
    });
    expect(await signIn(tab().client, credentials)).toEqual({ ok: true, value: ada });
  });
});

describe('a new password', () => {
  test('gives a new session here and sends the other tabs to load theirs', async () => {
    const { signedInTab, jar } = createBrowser();
    const [one, two] = [await signedInTab(), await signedInTab()];
    expect(await changePassword(one.client, passwords)).toEqual({ ok: true, value: ada });
    await turns();
    expect(jar.cookies?.sid).toBe('session-2');
    expect((await one.client.fetch('/api/me')).status).toBe(200);
    expect(one.changes).toEqual([]);
    expect(two.changes).toEqual(['signed-in']);
  });

  test('asks who the person is where two-step sign-in is on, with no lock held, and goes on by itself', async () => {
    const { signedInTab, server } = createBrowser();
    const { client } = await signedInTab();
    const factors = ['password', 'totp'];
    const told: unknown[] = [];
    client.onStepUp(async (_signal, taken) => {
      told.push(taken);
      return (await stepUp(client, { password: credentials.password, code: '123456' })).ok;
    });
    const body = { error: 'insufficient_user_authentication', error_description: 'Confirm that it is you.', factors };
    server.next('POST /api/auth/password', async () => ({ response: Response.json(body, { status: 401 }) }));
    expect(await changePassword(client, passwords)).toEqual({ ok: true, value: ada });
    expect(told).toEqual([factors]);
    expect(server.requests).toEqual([
      'POST /api/auth/password',
      'POST /api/auth/step-up',
      'GET /api/me',
      'POST /api/auth/password',
    ]);
  });

  test('is asked for again with a new token where the old one was refused', async () => {
    const { signedInTab, server, jar } = createBrowser();
    const { client } = await signedInTab();
    for (let times = 0; times < 2; times += 1) {
      jar.cookies = (await server.serve('/api/auth/refresh', { method: 'POST' }, jar.cookies)).cookies ?? null;
    }
    expect((await changePassword(client, passwords)).ok).toBe(true);
    expect(server.count('POST /api/auth/password')).toBe(2);
  });

  test('for a session that is over is an error, and the page is left', async () => {
    const { signedInTab, server, jar } = createBrowser();
    const { client, changes } = await signedInTab();
    server.end(jar.cookies?.sid);
    expect(await changePassword(client, passwords)).toMatchObject({ ok: false, error: { code: 'signed_out' } });
    expect(changes).toEqual(['signed-out']);
  });
});

function wait(retryAfter: number | string) {
  const body = { error: 'slow_down', error_description: 'Wait.' };
  const headers = { 'retry-after': String(retryAfter) };
  return async () => ({ response: Response.json(body, { status: 429, headers }) });
}
