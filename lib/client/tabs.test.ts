import { describe, expect, test } from 'vitest';
import { createBrowser, gate, type Tab, turns } from '#lib/client/testing/fake-browser.ts';
import { bob, credentials, mishaps } from '#lib/client/testing/fake-server.ts';
import { signIn } from './begin-session.ts';
import { parseMessage } from './tabs.ts';

const refresh = 'POST /api/auth/refresh';
const untilDue = 270_000;

/** Tabs of one browser, all signed in, the log empty. */
async function signedInTabs(count: number) {
  const browser = createBrowser();
  const tabs: Tab[] = [];
  for (let index = 0; index < count; index += 1) tabs.push(await browser.signedInTab());
  const [one, two] = tabs;
  if (!one || !two) throw new Error('Ask for two at least.');
  return { ...browser, tabs, one, two };
}

describe('tabs of one browser', () => {
  test('that come to their time together make one refresh in all', async () => {
    const { server, tabs, advance } = await signedInTabs(8);
    await advance(untilDue);
    expect(server.count(refresh)).toBe(1);
    for (const { client } of tabs) expect((await client.fetch('/api/me')).status).toBe(200);
    expect(server.count(refresh)).toBe(1);
  });

  test('that are opened together after the page session expired make one refresh in all', async () => {
    const { server, tab, jar, advance } = createBrowser();
    jar.cookies = server.begin();
    await advance(300_000);
    const clients = Array.from({ length: 8 }, () => tab().client);
    await Promise.all(clients.map((client) => client.start()));
    expect(server.count(refresh)).toBe(1);
    expect(clients.map((client) => client.state().status)).toEqual(Array(8).fill('signed-in'));
  });

  test('without locks all get their token from the one that refreshes first', async () => {
    const { server, tab, jar, advance } = createBrowser();
    jar.cookies = server.begin();
    const noLocks = { withLock: () => Promise.reject(new TypeError()) };
    const [one, two] = [tab({}, noLocks), tab({}, { ...noLocks, random: () => 1 })];
    await Promise.all([one.client.start(), two.client.start()]);
    await advance(untilDue + 20_000);
    expect(server.count(refresh)).toBe(1);
    expect(server.count('GET /api/auth/session')).toBe(3);
    expect((await two.client.fetch('/api/me')).status).toBe(200);
  });
});

describe('a sign-out', () => {
  test('is heard by the other tabs of the session, once', async () => {
    const { one, two } = await signedInTabs(2);
    expect(await one.client.signOut()).toEqual({ ok: true, value: null });
    await turns();
    expect(one.changes).toEqual([]);
    expect(two.changes).toEqual(['signed-out']);
    expect(two.client.state()).toEqual({ status: 'signed-out' });
  });

  test('is what the others hear from a tab that finds the session over', async () => {
    const { one, two, server, jar, advance } = await signedInTabs(2);
    two.setVisible(false);
    server.end(jar.cookies?.sid);
    await advance(untilDue);
    expect([one.changes, two.changes]).toEqual([['signed-out'], ['signed-out']]);
  });

  test('stands, whatever answer to a refresh comes after it', async () => {
    const { one, server, advance, say } = await signedInTabs(2);
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

  test('stands where no answer to the refresh comes after it', async () => {
    const { one, server, advance, say } = await signedInTabs(2);
    server.next(refresh, mishaps.hangs);
    await advance(untilDue);
    say({ type: 'signed-out', sessionId: 'session-1', generation: 0 });
    await advance(8000);
    expect(one.client.state()).toEqual({ status: 'signed-out' });
  });
});

describe('a sign-in', () => {
  test('elsewhere, to another session, is a reason to load the page again', async () => {
    const { one, two, server } = await signedInTabs(2);
    expect((await signIn(one.client, credentials)).ok).toBe(true);
    await turns();
    expect(one.changes).toEqual([]);
    expect(two.changes).toEqual(['signed-in']);
    server.requests.length = 0;
    await expect(two.client.fetch('/api/me')).rejects.toThrow('The session is over.');
    expect(server.requests).toEqual([]);
    await signIn(one.client, credentials);
    await turns();
    expect(two.changes).toEqual(['signed-in']);
  });

  test('is heard by a tab that shows the sign-in page', async () => {
    const { tab, jar } = createBrowser();
    const [one, two] = [tab(), tab()];
    await Promise.all([one.client.start(), two.client.start()]);
    await signIn(one.client, credentials);
    await turns();
    expect(two.changes).toEqual(['signed-in']);
    expect(jar.cookies?.sid).toBe('session-1');
  });

  test('is told by a client that was made for this one call', async () => {
    const { tab, one, jar } = await signedInTabs(2);
    expect((await signIn(tab().client, credentials)).ok).toBe(true);
    await turns();
    expect(one.changes).toEqual(['signed-in']);
    expect(jar.cookies?.sid).toBe('session-2');
  });

  test('to this very session changes nothing', async () => {
    const { one, say } = await signedInTabs(2);
    say({ type: 'signed-in', sessionId: 'session-1', generation: 0 });
    expect(one.changes).toEqual([]);
  });
});

describe('a message', () => {
  test('about a foreign session is ignored', async () => {
    const { one, two, say, server, advance } = await signedInTabs(2);
    const token = {
      access_token: 'foreign',
      token_type: 'Bearer',
      expires_in: 9,
      user: server.settings.user,
    };
    say({ type: 'renewed', sessionId: 'session-9', generation: 9, token });
    say({ type: 'signed-out', sessionId: 'session-9', generation: 9 });
    await turns();
    expect([...one.changes, ...two.changes]).toEqual([]);
    expect(server.requests).toEqual([]);
    await one.client.fetch('/api/me');
    expect(new Headers(server.seen.at(-1)?.init.headers).get('authorization')).not.toContain('foreign');
    await advance(untilDue);
    expect(server.count(refresh)).toBe(1);
  });

  test.each([
    ['none', undefined],
    ['another one', 'session-9'],
  ])('about another session of the same person, which replaces %s, is ignored', async (_name, replaces) => {
    const { one, server, say } = await signedInTabs(2);
    const foreign = server.begin()?.pageSession.token;
    const token = { access_token: foreign, token_type: 'Bearer', expires_in: 300, user: server.settings.user };
    say({ type: 'renewed', sessionId: 'session-2', generation: 9, token, replaces });
    expect(one.client.life()?.sessionId).toBe('session-1');
  });

  test('about a successor of this session that is another person’s is ignored', async () => {
    const { one, server, say } = await signedInTabs(2);
    const foreign = server.begin(bob)?.pageSession.token;
    const token = { access_token: foreign, token_type: 'Bearer', expires_in: 300, user: bob };
    say({ type: 'renewed', sessionId: 'session-2', generation: 0, token, replaces: 'session-1' });
    expect(one.client.life()?.sessionId).toBe('session-1');
  });

  test('that has a foreign session’s token under this session’s name is ignored', async () => {
    const { one, server, say } = await signedInTabs(2);
    const foreign = server.begin()?.pageSession.token;
    const token = { access_token: foreign, token_type: 'Bearer', expires_in: 300, user: server.settings.user };
    say({ type: 'renewed', sessionId: 'session-1', generation: 9, token });
    await one.client.fetch('/api/me');
    expect(new Headers(server.seen.at(-1)?.init.headers).get('authorization')).not.toContain(foreign);
  });

  test('of an older generation brings no older token back', async () => {
    const { one, server, say, jar, advance } = await signedInTabs(2);
    const old = jar.cookies?.pageSession.token;
    await advance(untilDue);
    const token = { access_token: old, token_type: 'Bearer', expires_in: 300, user: server.settings.user };
    say({ type: 'renewed', sessionId: 'session-1', generation: 0, token });
    await one.client.fetch('/api/me');
    expect(new Headers(server.seen.at(-1)?.init.headers).get('authorization')).not.toContain(old);
  });

  test('that names no session makes the tab ask the server', async () => {
    const { one, say, server } = await signedInTabs(2);
    say({ type: 'signed-out', sessionId: null, generation: null });
    await turns();
    expect(one.changes).toEqual([]);
    expect(one.client.state().status).toBe('signed-in');
    expect(server.count('GET /api/auth/session')).toBeGreaterThan(0);
  });

  test.each([
    null,
    7,
    'renewed',
    {},
    { type: 'renewed' },
    { type: 'renewed', token: { access_token: 1 } },
    { type: 'later' },
  ])('such as %j means nothing', (message) => expect(parseMessage(message)).toBeNull());
});
