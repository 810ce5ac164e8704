import { describe, expect, test } from 'vitest';
import { createBrowser, turns } from '#lib/client/testing/fake-browser.ts';
import { ada, mishaps } from '#lib/client/testing/fake-server.ts';
import { UnreachableError } from './client-errors.ts';

const refresh = 'POST /api/auth/refresh';
const session = 'GET /api/auth/session';
const untilDue = 270_000;

describe('on page load', () => {
  test('a page whose cookies hold a token asks for it and refreshes nothing', async () => {
    const { server, tab, jar } = createBrowser();
    jar.cookies = server.begin();
    const { client } = tab();
    expect(client.state()).toEqual({ status: 'loading' });
    await client.start();
    expect(client.state()).toEqual({ status: 'signed-in', user: ada });
    expect(server.requests).toEqual([session]);
  });

  test('a page whose sealed token has expired refreshes, asking for the session once', async () => {
    const { server, tab, jar, advance } = createBrowser();
    jar.cookies = server.begin();
    await advance(300_000);
    const { client } = tab();
    await client.start();
    await turns();
    expect(client.state().status).toBe('signed-in');
    expect(server.requests).toEqual([session, refresh, 'GET /api/me']);
  });

  test('a stranger is signed out without being sent anywhere', async () => {
    const { tab } = createBrowser();
    const { client, changes } = tab();
    await client.start();
    expect(client.state()).toEqual({ status: 'signed-out' });
    expect(changes).toEqual([]);
  });

  test('a page that was rendered for someone whose session is over is left', async () => {
    const { tab } = createBrowser();
    const { client, changes } = tab({ user: ada });
    expect(client.state()).toEqual({ status: 'signed-in', user: ada });
    await client.start();
    expect(changes).toEqual(['signed-out']);
  });

  test('a page that was rendered for someone else is loaded again', async () => {
    const { server, tab, jar } = createBrowser();
    jar.cookies = server.begin();
    const { client, changes } = tab({ user: { id: 'bob', email: 'bob@example.org', name: null } });
    await client.start();
    expect(changes).toEqual(['signed-in']);
  });
});

describe('a refresh', () => {
  test('invalid_grant ends the session: once told, nothing is asked again', async () => {
    const { server, signedInTab, jar, advance } = createBrowser();
    const { client, changes } = await signedInTab();
    server.end(jar.cookies?.sid);
    await advance(600_000);
    expect(client.state()).toEqual({ status: 'signed-out' });
    expect(changes).toEqual(['signed-out']);
    expect(server.requests).toEqual([session, refresh]);
    await expect(client.fetch('/api/me')).rejects.toThrow('The session is over.');
    expect(server.requests).toHaveLength(2);
  });

  test.each(Object.entries(mishaps))('%s signs nobody out, and the next try recovers', async (_name, mishap) => {
    const { server, signedInTab, advance } = createBrowser();
    const { client, changes } = await signedInTab();
    server.next(refresh, mishap);
    await advance(untilDue + 20_000);
    expect(client.state()).toEqual({ status: 'signed-in', user: ada });
    expect(server.count(refresh)).toBe(2);
    expect(changes).toEqual([]);
  });

  test.each(Object.entries(mishaps))('while there is %s the state is unreachable', async (_name, mishap) => {
    const { server, signedInTab, advance } = createBrowser();
    const { client } = await signedInTab();
    server.next(refresh, ...Array.from({ length: 99 }, () => mishap));
    await advance(untilDue + 60_000);
    expect(client.state()).toEqual({ status: 'unreachable', user: ada });
    await expect(client.fetch('/api/me', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });

  test('a lost answer is asked for again with the same cookie', async () => {
    const { server, signedInTab, jar, advance } = createBrowser();
    const { client } = await signedInTab();
    const before = jar.cookies;
    server.next(session, mishaps.busy);
    server.next(refresh, mishaps.lost);
    await advance(untilDue + 1000);
    expect(jar.cookies).toBe(before);
    await advance(2000);
    expect(client.state().status).toBe('signed-in');
    expect(jar.cookies).toMatchObject({ sid: before?.sid, generation: 1 });
  });

  test('calls that waited for a failed attempt reject, and the token in hand serves until it ends', async () => {
    const { server, signedInTab, advance } = createBrowser();
    const { client } = await signedInTab();
    server.next(session, ...Array.from({ length: 99 }, () => mishaps.offline));
    await advance(untilDue);
    expect(client.state().status).toBe('unreachable');
    expect((await client.fetch('/api/me')).status).toBe(200);
    await advance(30_000);
    await expect(client.fetch('/api/me')).rejects.toThrow(UnreachableError);
  });

  test('takes the token that a navigation brought instead of trading the cookie again', async () => {
    const { server, signedInTab, jar, advance } = createBrowser();
    const { client } = await signedInTab();
    await advance(untilDue - 1);
    const navigated = await server.serve('/api/auth/refresh', { method: 'POST' }, jar.cookies);
    jar.cookies = navigated.cookies ?? null;
    server.requests.length = 0;
    await advance(1);
    expect(server.requests).toEqual([session]);
    expect((await client.fetch('/api/me')).status).toBe(200);
  });

  test('a refresh that brings an older generation than another tab announced is repeated', async () => {
    const { server, signedInTab, jar, advance, say } = createBrowser();
    const { client } = await signedInTab();
    server.next(refresh, async (serve) => {
      const answer = serve();
      const token = await answer.response.clone().json();
      say({ type: 'renewed', sessionId: 'session-1', generation: 2, token });
      say({ type: 'renewed', sessionId: 'session-1', generation: 1, token });
      return answer;
    });
    await advance(untilDue);
    expect(server.count(refresh)).toBe(2);
    expect(jar.cookies?.generation).toBe(2);
    expect(client.state().status).toBe('signed-in');
  });
});

describe('cookies', () => {
  test('that a late answer has put back are mended by a refresh', async () => {
    const { server, signedInTab, jar, advance } = createBrowser();
    const { client } = await signedInTab();
    const late = jar.cookies;
    await advance(untilDue);
    jar.cookies = late;
    const challenge = { 'www-authenticate': 'Bearer error="invalid_token"' };
    server.next('GET /api/tasks', async () => ({ response: new Response(null, { status: 401, headers: challenge }) }));
    expect((await client.fetch('/api/tasks')).status).toBe(200);
    expect(server.count(refresh)).toBe(2);
    expect(jar.cookies?.generation).toBe(1);
  });

  test('of another session of the same person are a reason to load the page again', async () => {
    const { server, signedInTab, jar, advance } = createBrowser();
    const { changes } = await signedInTab();
    jar.cookies = server.begin();
    await advance(untilDue);
    expect(changes).toEqual(['signed-in']);
    expect(server.requests).toEqual([session]);
  });
});
