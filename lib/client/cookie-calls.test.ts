import { describe, expect, test } from 'vitest';
import { createBrowser } from '#lib/client/testing/fake-browser.ts';
import { ada, credentials, mishaps } from '#lib/client/testing/fake-server.ts';
import { signIn } from './begin-session.ts';
import { sessionsApi } from './sessions/calls.ts';

const refresh = 'POST /api/auth/refresh';
const untilDue = 270_000;

async function twoTabs() {
  const browser = createBrowser();
  return { ...browser, one: await browser.signedInTab(), two: await browser.signedInTab() };
}

describe('signing out', () => {
  test('that the server could not write leaves the session as it was', async () => {
    const { signedInTab, server, jar } = createBrowser();
    const { client } = await signedInTab();
    server.next('POST /api/auth/logout', mishaps.busy);
    expect((await client.signOut()).ok).toBe(false);
    expect(client.state()).toEqual({ status: 'signed-in', user: ada });
    expect(jar.cookies).not.toBeNull();
  });

  test('is not believed of a portal', async () => {
    const { signedInTab, server } = createBrowser();
    const { client } = await signedInTab();
    server.next('POST /api/auth/logout', mishaps.portal);
    expect(await client.signOut()).toMatchObject({ ok: false, error: { code: 'unreachable' } });
  });

  test('everywhere needs a token, and gets one first where it is due', async () => {
    const { signedInTab, server, advance } = createBrowser();
    const { client, setVisible } = await signedInTab();
    setVisible(false);
    await advance(300_000);
    expect(await sessionsApi(client).endAll()).toEqual({ ok: true, value: null });
    expect(server.count('POST /api/auth/refresh')).toBe(1);
    expect(client.state()).toEqual({ status: 'signed-out' });
  });

  test('ends the session even while the server has asked to be left alone', async () => {
    const { one, server, advance } = await twoTabs();
    server.next(refresh, mishaps.slowDown, mishaps.slowDown);
    await advance(untilDue);
    await one.client.signOut();
    await expect(one.client.fetch('/api/me')).rejects.toThrow('The session is over.');
  });
});

describe('a refresh under way', () => {
  test('is aborted when another tab signs out, and no old cookie comes back', async () => {
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

  test('is aborted when its own tab signs out, and the calls that waited for it reject', async () => {
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

  test('starts again where the sign-out that stopped it failed', async () => {
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
    'that was stopped at %s serves the call that waited for it after all',
    async (request) => {
      const { one, two, server, advance } = await twoTabs();
      two.setVisible(false);
      server.next(request, mishaps.hangs);
      server.next('POST /api/auth/logout', mishaps.busy);
      await advance(untilDue);
      const waiting = one.client.fetch('/api/things');
      await two.client.signOut();
      await advance(0);
      expect((await waiting).status).toBe(200);
      expect(one.client.state().status).toBe('signed-in');
    },
  );

  test('waits behind a slow sign-in for as long as a refresh may take', async () => {
    const { tab, one, server, advance } = await twoTabs();
    await advance(untilDue - 1000);
    server.next('POST /api/auth/token', mishaps.hangs);
    void signIn(tab().client, credentials);
    await advance(7999);
    expect(server.count(refresh)).toBe(0);
    await advance(1001);
    expect(server.count(refresh)).toBe(1);
    expect(one.client.state().status).toBe('signed-in');
  });
});
