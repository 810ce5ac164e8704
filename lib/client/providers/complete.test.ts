import { describe, expect, test } from 'vitest';
import { createBrowser } from '#lib/client/testing/fake-browser.ts';
import { ada, bob, type Mishap, mishaps } from '#lib/client/testing/fake-server.ts';
import { completeAtProvider, takeSession } from './complete.ts';

const path = '/api/auth/oidc/acme/complete';
const request = `POST ${path}`;
const returned = { state: 'a state', code: 'a code', iss: 'https://id.example' };

/** An answer without cookies. */
const says =
  (status: number, body: object, headers = {}): Mishap =>
  async () => ({ response: Response.json(body, { status, headers }) });
const refuses = (status: number, error: string, headers = {}) =>
  says(status, { error, error_description: `About ${error}.` }, headers);
/** What the server answers to a sign-in of Ada, with the path to go to. */
function signsIn(server: ReturnType<typeof createBrowser>['server'], user = ada): Mishap {
  return async () => {
    const cookies = server.begin(user);
    const { token: access_token } = cookies?.pageSession ?? { token: '' };
    const body = { access_token, token_type: 'Bearer', expires_in: 300, user, next: '/tasks?a' };
    return { response: Response.json(body), cookies };
  };
}

describe('signing in', () => {
  test('sends what came back, takes the token, and tells the other tabs as a password does', async () => {
    const { tab, server, messages } = createBrowser();
    const { client } = tab();
    server.next(request, signsIn(server));
    expect(await completeAtProvider(client, 'acme', returned)).toEqual({ ok: true, value: '/tasks?a' });
    expect(server.seen[0]?.body).toBe(JSON.stringify(returned));
    expect(new Headers(server.seen[0]?.init.headers).has('authorization')).toBe(false);
    expect(client.state()).toEqual({ status: 'signed-in', user: ada });
    expect(messages).toEqual([
      { type: 'stop', sessionId: null, generation: null },
      { type: 'signed-in', sessionId: 'session-1', generation: 0 },
    ]);
  });

  test('by a browser that says it keeps no cookies makes no request', async () => {
    const { tab, server } = createBrowser();
    const { client } = tab({}, { keepsCookies: () => false });
    expect(await completeAtProvider(client, 'acme', returned)).toMatchObject({ error: { code: 'cookies_blocked' } });
    expect(server.requests).toEqual([]);
  });

  test('tries again after the time that the server names, while the provider is away', async () => {
    const { tab, server, advance } = createBrowser();
    server.next(request, refuses(503, 'temporarily_unavailable', { 'retry-after': '2' }), signsIn(server));
    const result = completeAtProvider(tab().client, 'acme', returned);
    await advance(1999);
    expect(server.count(request)).toBe(1);
    await advance(1);
    expect(await result).toEqual({ ok: true, value: '/tasks?a' });
  });

  test('gives up on a provider that stays away', async () => {
    const { tab, server, advance } = createBrowser();
    server.next(request, ...Array.from({ length: 9 }, () => mishaps.busy));
    const result = completeAtProvider(tab().client, 'acme', returned);
    await advance(60_000);
    expect(await result).toMatchObject({ ok: false, error: { code: 'temporarily_unavailable' } });
    expect(server.count(request)).toBe(6);
  });

  test('is done where the answer was lost and its cookies arrived: nobody is told that it is over', async () => {
    const { tab, server, advance, messages } = createBrowser();
    const lostBody: Mishap = async (serve, signal) => {
      const { cookies } = await signsIn(server)(serve, signal);
      return { response: new Response('{"access_'), ...(cookies && { cookies }) };
    };
    server.next(request, lostBody, refuses(400, 'transaction_over'));
    const { client } = tab();
    const result = completeAtProvider(client, 'acme', returned);
    await advance(1000);
    expect(await result).toEqual({ ok: true, value: null });
    expect(client.state()).toEqual({ status: 'signed-in', user: ada });
    expect(messages).toContainEqual(expect.objectContaining({ type: 'signed-in', sessionId: 'session-1' }));
  });

  test.each(['transaction_over', 'access_denied', 'provider_error', 'second_step_required'])(
    'says %s at once',
    async (code) => {
      const { tab, server } = createBrowser();
      server.next(request, refuses(400, code));
      expect(await completeAtProvider(tab().client, 'acme', returned)).toMatchObject({ ok: false, error: { code } });
      expect(server.count(request)).toBe(1);
    },
  );

  test('says which account was met, and how to sign in to it', async () => {
    const { tab, server } = createBrowser();
    const met = { error: 'link_required', error_description: 'No.', email: ada.email, methods: ['password'] };
    server.next(request, says(409, met));
    expect(await completeAtProvider(tab().client, 'acme', returned)).toMatchObject({
      error: { code: 'link_required', email: ada.email, methods: ['password'] },
    });
  });
});

describe('somebody who is signed in', () => {
  const linked = says(200, { status: 'linked', next: '/account' });

  test('shows the token, and keeps the session', async () => {
    const { signedInTab, server } = createBrowser();
    const { client } = await signedInTab();
    server.next(request, linked);
    expect(await completeAtProvider(client, 'acme', returned)).toEqual({ ok: true, value: '/account' });
    expect(new Headers(server.seen.at(-1)?.init.headers).get('authorization')).toMatch(/^Bearer /);
    expect(server.living()).toEqual(['session-1']);
  });

  test('of whom the page does not know shows the token once the server asks for it', async () => {
    const { signedInTab, tab, server } = createBrowser();
    await signedInTab();
    server.next(request, mishaps.unauthorized, linked);
    expect(await completeAtProvider(tab().client, 'acme', returned)).toEqual({ ok: true, value: '/account' });
    expect(new Headers(server.seen.at(-1)?.init.headers).get('authorization')).toMatch(/^Bearer /);
  });

  test('confirms: the other tabs take the successor over, and load nothing anew', async () => {
    const { signedInTab, server, messages } = createBrowser();
    const { client } = await signedInTab();
    messages.length = 0;
    server.next(request, signsIn(server));
    expect(await completeAtProvider(client, 'acme', returned)).toEqual({ ok: true, value: '/tasks?a' });
    expect(messages).toContainEqual(expect.objectContaining({ type: 'renewed', replaces: 'session-1' }));
    expect(messages).not.toContainEqual(expect.objectContaining({ type: 'signed-in' }));
  });

  test('and signs in as somebody else makes the other tabs load anew', async () => {
    const { signedInTab, server, messages } = createBrowser();
    const { client } = await signedInTab();
    messages.length = 0;
    server.next(request, signsIn(server, bob));
    expect(await completeAtProvider(client, 'acme', returned)).toMatchObject({ ok: true });
    expect(messages).toContainEqual(expect.objectContaining({ type: 'signed-in' }));
  });

  test('is told that it is over, though a session lives: it is the one from before', async () => {
    const { signedInTab, server } = createBrowser();
    const { client } = await signedInTab();
    server.next(request, refuses(400, 'transaction_over'));
    expect(await completeAtProvider(client, 'acme', returned)).toMatchObject({ error: { code: 'transaction_over' } });
  });
});

test('a session that the cookies stand for is taken, and none is no error', async () => {
  const { signedInTab, tab } = createBrowser();
  expect(await takeSession(tab().client)).toBe(false);
  await signedInTab();
  const { client } = tab();
  expect(await takeSession(client)).toBe(true);
  expect(client.state()).toEqual({ status: 'signed-in', user: ada });
});
