import { describe, expect, test } from 'vitest';
import { createBrowser, gate, turns } from '#lib/client/testing/fake-browser.ts';
import { credentials, mishaps } from '#lib/client/testing/fake-server.ts';

const refresh = 'POST /api/auth/refresh';
const untilDue = 270_000;

async function twoTabs() {
  const browser = createBrowser();
  return { ...browser, one: await browser.signedInTab(), two: await browser.signedInTab() };
}

describe('across tabs', () => {
  test('sign-out is heard by the other tabs of the session, once', async () => {
    const { one, two } = await twoTabs();
    expect(await one.client.signOut()).toEqual({ ok: true, value: null });
    await turns();
    expect(one.changes).toEqual([]);
    expect(two.changes).toEqual(['signed-out']);
    expect(two.client.state()).toEqual({ status: 'signed-out' });
  });

  test('sign-out aborts another tab’s refresh under way, and no old cookie comes back', async () => {
    const { one, two, server, jar, advance } = await twoTabs();
    server.next(refresh, mishaps.hangs);
    await advance(untilDue);
    expect(server.count(refresh)).toBe(1);
    const leaving = two.client.signOut();
    await advance(100);
    expect((await leaving).ok).toBe(true);
    expect(jar.cookies).toBeNull();
    await advance(60_000);
    expect(jar.cookies).toBeNull();
    expect(one.changes).toEqual(['signed-out']);
  });

  test('sign-out aborts this tab’s own refresh, and the calls that waited for it reject', async () => {
    const { signedInTab, server, advance } = createBrowser();
    const { client, changes } = await signedInTab();
    server.next(refresh, mishaps.hangs);
    await advance(untilDue);
    const waiting = expect(client.fetch('/api/me')).rejects.toThrow('The session is over.');
    expect((await client.signOut()).ok).toBe(true);
    await waiting;
    expect(server.requests.at(-1)).toBe('POST /api/auth/logout');
    expect(client.state()).toEqual({ status: 'signed-out' });
    expect(changes).toEqual([]);
  });

  test('a sign-out that failed lets the refresh it stopped start again', async () => {
    const { one, two, server, advance } = await twoTabs();
    server.next(refresh, mishaps.hangs);
    server.next('POST /api/auth/logout', mishaps.busy);
    await advance(untilDue);
    expect(await two.client.signOut()).toMatchObject({ ok: false, error: { code: 'temporarily_unavailable' } });
    await advance(100);
    expect(server.count(refresh)).toBe(2);
    expect(one.client.state().status).toBe('signed-in');
  });

  test.each([refresh, 'GET /api/auth/session'])(
    'a call that waited for a stopped %s is served after all',
    async (request) => {
      const { one, two, server, advance } = await twoTabs();
      two.setVisible(false);
      server.next(request, mishaps.hangs);
      server.next('POST /api/auth/logout', mishaps.busy);
      await advance(untilDue);
      const waiting = one.client.fetch('/api/tasks');
      await two.client.signOut();
      await advance(0);
      expect((await waiting).status).toBe(200);
      expect(one.client.state().status).toBe('signed-in');
    },
  );

  test('a stopped tab waits behind a slow sign-in for as long as a refresh may take', async () => {
    const { tab, one, server, advance } = await twoTabs();
    await advance(untilDue - 1000);
    server.next('POST /api/auth/token', mishaps.hangs);
    void tab().client.signIn(credentials);
    await advance(7999);
    expect(server.count(refresh)).toBe(0);
    await advance(1001);
    expect(server.count(refresh)).toBe(1);
    expect(one.client.state().status).toBe('signed-in');
  });

  test('an answer that comes after the sign-out changes nothing any more', async () => {
    const { one, server, advance, say } = await twoTabs();
    const { opened, open } = gate();
    server.next(refresh, async (serve) => {
      const answer = serve();
      await opened;
      return answer;
    });
    await advance(untilDue);
    say({ type: 'signed-out', sessionId: 'session-1', generation: 0 });
    open();
    await turns();
    expect(one.client.state()).toEqual({ status: 'signed-out' });
    expect(one.changes).toEqual(['signed-out']);
  });

  test('nor does its failing to come', async () => {
    const { one, server, advance, say } = await twoTabs();
    server.next(refresh, mishaps.hangs);
    await advance(untilDue);
    say({ type: 'signed-out', sessionId: 'session-1', generation: 0 });
    await advance(8000);
    expect(one.client.state()).toEqual({ status: 'signed-out' });
  });

  test('a session that one tab finds over is over for the others', async () => {
    const { one, two, server, jar, advance } = await twoTabs();
    two.setVisible(false);
    server.end(jar.cookies?.sid);
    await advance(untilDue);
    expect([one.changes, two.changes]).toEqual([['signed-out'], ['signed-out']]);
  });

  test('over is over, even while the server has asked to wait', async () => {
    const { one, server, advance } = await twoTabs();
    server.next(refresh, mishaps.slowDown, mishaps.slowDown);
    await advance(untilDue);
    await one.client.signOut();
    await expect(one.client.fetch('/api/me')).rejects.toThrow('The session is over.');
  });

  test('a stopped tab without locks holds back for the abort time', async () => {
    const { signedInTab, server, advance, say } = createBrowser();
    await signedInTab({}, { withLock: () => Promise.reject(new TypeError()) });
    await advance(untilDue - 1000);
    say({ type: 'stop', sessionId: null, generation: null });
    await advance(7999);
    expect(server.count(refresh)).toBe(0);
    await advance(1);
    expect(server.count(refresh)).toBe(1);
  });

  test('a sign-in elsewhere as another session is a reason to load the page again', async () => {
    const { one, two, server } = await twoTabs();
    expect((await one.client.signIn(credentials)).ok).toBe(true);
    await turns();
    expect(one.changes).toEqual([]);
    expect(two.changes).toEqual(['signed-in']);
    server.requests.length = 0;
    await expect(two.client.fetch('/api/me')).rejects.toThrow('The session is over.');
    expect(server.requests).toEqual([]);
    await one.client.signIn(credentials);
    await turns();
    expect(two.changes).toEqual(['signed-in']);
  });

  test('a sign-in is heard by a tab that shows the sign-in page', async () => {
    const { tab, jar } = createBrowser();
    const [one, two] = [tab(), tab()];
    await Promise.all([one.client.start(), two.client.start()]);
    await one.client.signIn(credentials);
    await turns();
    expect(two.changes).toEqual(['signed-in']);
    expect(jar.cookies?.sid).toBe('session-1');
  });

  test('a sign-in is told by a client that was made for this one call', async () => {
    const { tab, one, jar } = await twoTabs();
    expect((await tab().client.signIn(credentials)).ok).toBe(true);
    await turns();
    expect(one.changes).toEqual(['signed-in']);
    expect(jar.cookies?.sid).toBe('session-2');
  });
});
