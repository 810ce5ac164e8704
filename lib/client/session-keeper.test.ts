import { describe, expect, test } from 'vitest';
import { createBrowser, turns } from '#lib/client/testing/fake-browser.ts';
import { ada, mishaps } from '#lib/client/testing/fake-server.ts';

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

  test('a page whose page session has expired refreshes, asking for the session once', async () => {
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

describe('ahead of the end', () => {
  test.each([
    [300, 270_000],
    [60, 48_000],
    [5, 4000],
  ])('a token of %i s is refreshed after %i ms', async (expiresIn, dueMs) => {
    const { server, signedInTab, advance } = createBrowser();
    server.settings.expiresIn = expiresIn;
    await signedInTab();
    await advance(dueMs - 1);
    expect(server.count(refresh)).toBe(0);
    await advance(1);
    expect(server.count(refresh)).toBe(1);
  });

  test('jitter delays the refresh by half the margin at most', async () => {
    const { server, signedInTab, advance } = createBrowser();
    await signedInTab({}, { random: () => 1 });
    await advance(untilDue + 14_999);
    expect(server.count(refresh)).toBe(0);
    await advance(1);
    expect(server.count(refresh)).toBe(1);
  });

  test('a hidden tab does not refresh; once shown it does, at once', async () => {
    const { server, signedInTab, advance } = createBrowser();
    const tab = await signedInTab();
    tab.setVisible(false);
    await advance(3_600_000);
    expect(server.requests).toEqual([]);
    tab.setVisible(true);
    tab.wake('visible');
    await turns();
    expect(server.count(refresh)).toBe(1);
  });

  test('a tab that is shown before its time asks nothing', async () => {
    const { server, signedInTab, advance } = createBrowser();
    const tab = await signedInTab();
    await advance(1000);
    tab.wake('visible');
    await turns();
    expect(server.requests).toEqual([]);
    await advance(untilDue - 1000);
    expect(server.count(refresh)).toBe(1);
  });

  test('a timer that goes off a little early costs a second, not the session', async () => {
    const { server, signedInTab, advance, setTimer } = createBrowser();
    const tab = await signedInTab({}, { setTimer: (run, delayMs) => setTimer(run, Math.max(1, delayMs - 1)) });
    server.next(refresh, mishaps.slowDown);
    await advance(untilDue + 1000);
    expect(server.count(refresh)).toBe(1);
    await advance(7001);
    expect(server.count(refresh)).toBe(2);
    expect(tab.client.state().status).toBe('signed-in');
  });

  test('a token that is over when it comes is not asked for in a loop', async () => {
    const { server, signedInTab, advance } = createBrowser();
    server.settings.expiresIn = 0;
    await signedInTab();
    await advance(10_000);
    expect(server.count(refresh)).toBeLessThanOrEqual(11);
  });
});

describe('after a failure', () => {
  test('an endless Retry-After, a portal’s say, is waited for five minutes only', async () => {
    const { server, signedInTab, advance } = createBrowser();
    await signedInTab();
    const headers = { 'retry-after': '86400' };
    const body = { error: 'slow_down', error_description: 'Later.' };
    server.next(refresh, async () => ({ response: Response.json(body, { status: 429, headers }) }));
    await advance(untilDue);
    expect(server.count(refresh)).toBe(1);
    await advance(299_000);
    expect(server.count(refresh)).toBe(1);
    await advance(2000);
    expect(server.count(refresh)).toBe(2);
  });

  test('the tries grow rarer, up to 30 s', async () => {
    const { server, signedInTab, advance } = createBrowser();
    await signedInTab({}, { random: () => 1 });
    server.next(session, ...Array.from({ length: 99 }, () => mishaps.offline));
    await advance(untilDue + 15_000);
    const pauses: number[] = [];
    for (let tries = 1; tries < 8; tries += 1) {
      let pause = 0;
      while (server.count(session) === tries) {
        await advance(500);
        pause += 0.5;
      }
      pauses.push(pause);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30]);
  });

  test('the tries start afresh once one worked', async () => {
    const { server, signedInTab, advance } = createBrowser();
    await signedInTab({}, { random: () => 1 });
    server.next(session, ...Array.from({ length: 5 }, () => mishaps.offline));
    await advance(untilDue + 60_000);
    expect(server.count(refresh)).toBe(1);
    server.next(session, mishaps.offline);
    await advance(untilDue + 3000);
    expect(server.count(refresh)).toBe(2);
  });

  test.each(['online', 'visible'] as const)('the next try comes at once when the page is %s', async (event) => {
    const { server, signedInTab, advance } = createBrowser();
    const tab = await signedInTab();
    server.next(session, ...Array.from({ length: 5 }, () => mishaps.offline));
    await advance(untilDue + 7500);
    expect(tab.client.state().status).toBe('unreachable');
    server.requests.length = 0;
    server.next(session);
    tab.wake(event);
    await turns();
    expect(server.count(session)).toBe(1);
  });

  test('Retry-After is kept to, whatever wakes the page and whoever calls', async () => {
    const { server, signedInTab, advance } = createBrowser();
    const tab = await signedInTab();
    server.next(refresh, mishaps.slowDown);
    await advance(untilDue + 6999);
    tab.wake('online');
    await tab.client.fetch('/api/me');
    expect(server.count(refresh)).toBe(1);
    await advance(1);
    expect(server.count(refresh)).toBe(2);
    expect(tab.client.state().status).toBe('signed-in');
  });
});

describe('a page brought back by Back', () => {
  test('checks its session at once, and refreshes nothing where it lives', async () => {
    const { server, signedInTab } = createBrowser();
    const tab = await signedInTab();
    tab.wake('restored');
    await turns();
    expect(server.requests).toEqual([session]);
    expect(tab.changes).toEqual([]);
  });

  test('that could not check tries again, though its token is good still', async () => {
    const { server, signedInTab, advance } = createBrowser();
    const tab = await signedInTab();
    server.next(session, mishaps.offline);
    tab.wake('restored');
    await turns();
    expect(tab.client.state().status).toBe('unreachable');
    await advance(1000);
    expect(tab.client.state().status).toBe('signed-in');
    expect(server.count(refresh)).toBe(0);
  });

  test('is left where the session is over', async () => {
    const { server, signedInTab, jar } = createBrowser();
    const tab = await signedInTab();
    server.end(jar.cookies?.sid);
    tab.wake('restored');
    await turns();
    expect(tab.changes).toEqual(['signed-out']);
  });
});
