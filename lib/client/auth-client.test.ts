import { describe, expect, test } from 'vitest';
import { createBrowser, turns } from '#lib/client/testing/fake-browser.ts';
import { credentials, mishaps } from '#lib/client/testing/fake-server.ts';
import { createAuthFetch } from './auth-client.ts';
import { signIn } from './begin-session.ts';
import { SignedOutError } from './result.ts';

const refresh = 'POST /api/auth/refresh';
const session = 'GET /api/auth/session';
const untilDue = 270_000;

describe('a disposed client', () => {
  test('keeps nothing alive; started again, it does', async () => {
    const { signedInTab, server, advance } = createBrowser();
    const { client } = await signedInTab();
    client.dispose();
    await advance(600_000);
    expect(server.requests).toEqual([]);
    void client.start();
    await turns();
    expect(server.count(refresh)).toBe(1);
    await advance(untilDue);
    expect(server.count(refresh)).toBe(2);
  });

  test('hears nothing of what other tabs say', async () => {
    const { signedInTab, say } = createBrowser();
    const { client, changes } = await signedInTab();
    client.dispose();
    say({ type: 'signed-out', sessionId: 'session-1', generation: 0 });
    expect(client.state().status).toBe('signed-in');
    expect(changes).toEqual([]);
  });

  test('that was asking neither goes on nor sends the page anywhere', async () => {
    const { tab, server, jar, advance } = createBrowser();
    jar.cookies = server.begin();
    const [living, ended] = [tab(), tab({ user: server.settings.user }, { fetch: async () => over() })];
    for (const { client } of [living, ended]) {
      void client.start();
      client.dispose();
    }
    await advance(600_000);
    expect(server.requests).toEqual([session]);
    expect(ended.client.state()).toEqual({ status: 'signed-out' });
    expect(ended.changes).toEqual([]);
  });

  test('that is started again at once, as in strict mode, looks its session up once', async () => {
    const { tab, server, jar } = createBrowser();
    jar.cookies = server.begin();
    const { client } = tab();
    void client.start();
    client.dispose();
    await client.start();
    expect(server.requests).toEqual([session]);
  });

  const over = () => Response.json({ error: 'invalid_grant', error_description: 'Over.' }, { status: 401 });
});

test('a started client that signs in refreshes that session in time', async () => {
  const { tab, server, advance } = createBrowser();
  const { client } = tab();
  await client.start();
  await signIn(client, credentials);
  server.requests.length = 0;
  await advance(untilDue);
  expect(server.requests).toEqual([session, refresh, 'GET /api/me']);
});

test('a sign-in page that only listens asks nothing, hears a sign-in elsewhere, and not its own', async () => {
  const { tab, server, advance, say } = createBrowser();
  const [one, two] = [tab(), tab()];
  for (const { client } of [one, two]) client.listen();
  say({ type: 'signed-out', sessionId: 'session-0', generation: 0 });
  await advance(600_000);
  expect(server.requests).toEqual([]);
  await signIn(one.client, credentials);
  await turns();
  expect([one.changes, two.changes]).toEqual([[], ['signed-in']]);
  two.client.dispose();
  await signIn(one.client, credentials);
  await turns();
  expect(two.changes).toEqual(['signed-in']);
});

describe('a fetch made without React', () => {
  test('answers calls made before any token is there, after one look at the session', async () => {
    const { tab, server, jar } = createBrowser();
    jar.cookies = server.begin();
    const authFetch = createAuthFetch({ environment: tab().env });
    const answers = await Promise.all(Array.from({ length: 5 }, () => authFetch('/api/me')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(server.count('GET /api/auth/session')).toBe(1);
    expect(server.count('POST /api/auth/refresh')).toBe(0);
  });

  test('throws where there is no session, and sends nothing', async () => {
    const { tab, server } = createBrowser();
    const authFetch = createAuthFetch({ environment: tab().env });
    await expect(authFetch('/api/me')).rejects.toThrow(SignedOutError);
    expect(server.count('GET /api/me')).toBe(0);
  });
});

describe('a shortened life', () => {
  test('ends in a real refresh, four fifths into it', async () => {
    const { server, signedInTab, advance } = createBrowser();
    const { client } = await signedInTab();
    client.shortenLife(15);
    await advance(11_999);
    expect(server.requests).toEqual([]);
    await advance(1);
    expect(server.requests).toEqual([session, refresh, 'GET /api/me']);
    expect(client.life()).toMatchObject({ generation: 1, receivedAt: 13_000, refreshAt: 25_000, expiresAt: 28_000 });
    await advance(12_000);
    expect(server.count(refresh)).toBe(2);
  });

  test('that the held token is past is refreshed at once', async () => {
    const { server, signedInTab, advance } = createBrowser();
    const { client } = await signedInTab();
    await advance(60_000);
    client.shortenLife(15);
    await turns();
    expect(server.count(refresh)).toBe(1);
  });

  test('is never a lengthened one, and of several the shortest counts', async () => {
    const { server, signedInTab, advance } = createBrowser();
    server.settings.expiresIn = 10;
    const { client } = await signedInTab();
    client.shortenLife(1000);
    expect(client.life()).toMatchObject({ receivedAt: 1000, expiresAt: 11_000 });
    client.shortenLife(5);
    client.shortenLife(7);
    expect(client.life()).toMatchObject({ receivedAt: 1000, expiresAt: 6000 });
    await advance(4000);
    expect(client.life()).toMatchObject({ receivedAt: 5000, expiresAt: 10_000 });
  });

  test('that is undone lets the next token live as the server says', async () => {
    const { server, signedInTab, advance } = createBrowser();
    const { client } = await signedInTab();
    const undo = client.shortenLife(15);
    undo();
    await advance(12_000);
    expect(server.count(refresh)).toBe(1);
    await advance(269_999);
    expect(server.count(refresh)).toBe(1);
    await advance(1);
    expect(server.count(refresh)).toBe(2);
  });

  test('does not hurry a server that asked to be left alone', async () => {
    const { server, signedInTab, advance } = createBrowser();
    const { client } = await signedInTab();
    server.next(refresh, mishaps.slowDown);
    await advance(270_000);
    client.shortenLife(15);
    await advance(6999);
    expect(server.count(refresh)).toBe(1);
    await advance(1);
    expect(server.count(refresh)).toBe(2);
  });

  test('asks nothing before the session is looked up, and counts from the first token on', async () => {
    const { server, tab, jar } = createBrowser();
    jar.cookies = server.begin();
    const { client } = tab();
    client.shortenLife(15);
    await turns();
    expect([server.requests, client.life()]).toEqual([[], null]);
    await client.start();
    expect(client.life()).toEqual({
      sessionId: 'session-1',
      generation: 0,
      receivedAt: 1000,
      refreshAt: 13_000,
      expiresAt: 16_000,
    });
  });

  test.each([0, -1, Number.NaN])('of %d s is no life', async (seconds) => {
    const { client } = await createBrowser().signedInTab();
    expect(() => client.shortenLife(seconds)).toThrow(RangeError);
    expect(client.life()).toMatchObject({ expiresAt: 301_000 });
  });
});
