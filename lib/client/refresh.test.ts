import { describe, expect, test } from 'vitest';
import { createBrowser, gate, turns } from '#lib/client/testing/fake-browser.ts';
import { ada, bob, mishaps } from '#lib/client/testing/fake-server.ts';
import { UnreachableError } from './result.ts';

const refresh = 'POST /api/auth/refresh';
const session = 'GET /api/auth/session';
const untilDue = 270_000;

describe('a refresh', () => {
  test('that is refused with invalid_grant ends the session: nothing is asked again', async () => {
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

  test('is spared where a navigation brought a token', async () => {
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

  test('that brings an older generation than another tab announced is repeated', async () => {
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

describe('on a bad network', () => {
  test('an answer that was lost is asked for again with the same cookie, and nobody is signed out', async () => {
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

  test.each(Object.entries(mishaps))('%s: nobody is signed out, and the next try recovers', async (_name, mishap) => {
    const { server, signedInTab, advance } = createBrowser();
    const { client, changes } = await signedInTab();
    server.next(refresh, mishap);
    await advance(untilDue + 20_000);
    expect(client.state()).toEqual({ status: 'signed-in', user: ada });
    expect(server.count(refresh)).toBe(2);
    expect(changes).toEqual([]);
  });

  test.each(Object.entries(mishaps))('%s: the state is unreachable for as long as it lasts', async (_name, mishap) => {
    const { server, signedInTab, advance } = createBrowser();
    const { client } = await signedInTab();
    server.next(refresh, ...Array.from({ length: 99 }, () => mishap));
    await advance(untilDue + 60_000);
    expect(client.state()).toEqual({ status: 'unreachable', user: ada });
    await expect(client.fetch('/api/me', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });

  test('calls that waited for a failed refresh reject, and the token in hand serves until it ends', async () => {
    const { server, signedInTab, advance } = createBrowser();
    const { client } = await signedInTab();
    server.next(session, ...Array.from({ length: 99 }, () => mishaps.offline));
    await advance(untilDue);
    expect(client.state().status).toBe('unreachable');
    expect((await client.fetch('/api/me')).status).toBe(200);
    await advance(30_000);
    await expect(client.fetch('/api/me')).rejects.toThrow(UnreachableError);
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
    server.next('GET /api/things', async () => ({ response: new Response(null, { status: 401, headers: challenge }) }));
    expect((await client.fetch('/api/things')).status).toBe(200);
    expect(server.count(refresh)).toBe(2);
    expect(jar.cookies?.generation).toBe(1);
  });

  test('of another session of the same person are taken over without a load', async () => {
    const { server, signedInTab, jar, advance } = createBrowser();
    const { client, changes } = await signedInTab();
    jar.cookies = server.begin();
    await advance(untilDue);
    expect(changes).toEqual([]);
    expect(client.life()?.sessionId).toBe('session-2');
    expect(server.requests).toEqual([session]);
  });

  test('of another person are a reason to load the page again', async () => {
    const { server, signedInTab, jar, advance } = createBrowser();
    const { client, changes } = await signedInTab();
    jar.cookies = server.begin(bob);
    await advance(untilDue);
    expect(changes).toEqual(['signed-in']);
    expect(client.life()).toBeNull();
    expect(server.requests).toEqual([session]);
  });
});

describe('the lock', () => {
  test('of a tab that died with it is waited for 2 s, then done without', async () => {
    const { server, tab, jar, withLock, advance } = createBrowser();
    jar.cookies = server.begin();
    void withLock('latchkey-refresh', new AbortController().signal, () => new Promise(() => {}));
    const { client } = tab();
    void client.start();
    await advance(1999);
    expect(server.requests).toEqual([]);
    await advance(1);
    expect(client.state().status).toBe('signed-in');
  });

  test('once acquired, is not used where another tab handed its token over meanwhile', async () => {
    const { server, signedInTab, jar, withLock, advance, say } = createBrowser();
    await signedInTab();
    const { opened, open } = gate();
    void withLock('latchkey-refresh', new AbortController().signal, () => opened);
    await advance(untilDue);
    const { response } = await server.serve('/api/auth/refresh', { method: 'POST' }, jar.cookies);
    server.requests.length = 0;
    say({ type: 'renewed', sessionId: 'session-1', generation: 1, token: await response.json() });
    open();
    await advance(0);
    expect(server.requests).toEqual([]);
  });

  test('is not needed where the browser has none', async () => {
    const { server, tab, jar } = createBrowser();
    jar.cookies = server.begin();
    const { client } = tab({}, { withLock: () => Promise.reject(new TypeError()), openChannel: () => null });
    void client.start();
    await turns();
    expect(client.state().status).toBe('signed-in');
  });

  test('is made up for by a pause of the abort time, where a tab without locks is told to stop', async () => {
    const { signedInTab, server, advance, say } = createBrowser();
    await signedInTab({}, { withLock: () => Promise.reject(new TypeError()) });
    await advance(untilDue - 1000);
    say({ type: 'stop', sessionId: null, generation: null });
    await advance(7999);
    expect(server.count(refresh)).toBe(0);
    await advance(1);
    expect(server.count(refresh)).toBe(1);
  });
});
