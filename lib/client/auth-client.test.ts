import { describe, expect, test } from 'vitest';
import { createBrowser, turns } from '#lib/client/testing/fake-browser.ts';
import { credentials } from '#lib/client/testing/fake-server.ts';

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

  test('hears nothing', async () => {
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

  test('started twice at once, as in strict mode, looks its session up once', async () => {
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

test('a started client that signs in renews that session in time', async () => {
  const { tab, server, advance } = createBrowser();
  const { client } = tab();
  await client.start();
  await client.signIn(credentials);
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
  await one.client.signIn(credentials);
  await turns();
  expect([one.changes, two.changes]).toEqual([[], ['signed-in']]);
  two.client.dispose();
  await one.client.signIn(credentials);
  await turns();
  expect(two.changes).toEqual(['signed-in']);
});
