import { describe, expect, test } from 'vitest';
import { createBrowser, type Tab, turns } from '#lib/client/testing/fake-browser.ts';
import { parseMessage } from './cross-tab.ts';

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

  test('that are opened together after the sealed token expired make one refresh in all', async () => {
    const { server, tab, jar, advance } = createBrowser();
    jar.cookies = server.begin();
    await advance(300_000);
    const clients = Array.from({ length: 8 }, () => tab().client);
    await Promise.all(clients.map((client) => client.start()));
    expect(server.count(refresh)).toBe(1);
    expect(clients.map((client) => client.state().status)).toEqual(Array(8).fill('signed-in'));
  });

  test('without locks are all renewed by the one that refreshes first', async () => {
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

describe('messages', () => {
  test('about a foreign session are ignored', async () => {
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

  test('of an older generation bring no older token back', async () => {
    const { one, server, say, jar, advance } = await signedInTabs(2);
    const old = jar.cookies?.sealed.token;
    await advance(untilDue);
    const token = { access_token: old, token_type: 'Bearer', expires_in: 300, user: server.settings.user };
    say({ type: 'renewed', sessionId: 'session-1', generation: 0, token });
    await one.client.fetch('/api/me');
    expect(new Headers(server.seen.at(-1)?.init.headers).get('authorization')).not.toContain(old);
  });

  test('of a sign-in to this very session change nothing', async () => {
    const { one, say } = await signedInTabs(2);
    say({ type: 'signed-in', sessionId: 'session-1', generation: 0 });
    expect(one.changes).toEqual([]);
  });

  test('that say no session’s name make the tab ask the server', async () => {
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
  ])('such as %j mean nothing', (message) => expect(parseMessage(message)).toBeNull());
});
