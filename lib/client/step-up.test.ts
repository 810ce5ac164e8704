import { describe, expect, test } from 'vitest';
import { createBrowser, gate, type Tab, turns } from '#lib/client/testing/fake-browser.ts';
import { ada, credentials, type Mishap, mishaps } from '#lib/client/testing/fake-server.ts';
import { signIn } from './begin-session.ts';
import { SignedOutError } from './result.ts';
import { stepUp } from './step-up.ts';

const refresh = 'POST /api/auth/refresh';
const session = 'GET /api/auth/session';
const call = 'POST /api/auth/step-up';
const confirmation = 'GET /api/me';
const untilDue = 270_000;
const { password } = credentials;

/** Tabs of one browser, all signed in, the logs empty. */
async function signedInTabs(count = 3) {
  const browser = createBrowser();
  const tabs: Tab[] = [];
  for (let index = 0; index < count; index += 1) tabs.push(await browser.signedInTab());
  const [one, two] = tabs;
  if (!one || !two) throw new Error('Ask for two at least.');
  browser.messages.length = 0;
  return { ...browser, tabs, one, two };
}

/** The browser keeps the cookies of the answer; the rest of it never arrives. */
const bodyLost: Mishap = async (serve) => ({ ...serve(), response: new Response('{"access_token":') });

const sids = (tabs: Tab[]) => tabs.map(({ client }) => client.life()?.sessionId);
const status = async ({ client }: Tab, path = '/api/fresh') => (await client.fetch(path)).status;

describe('a step-up', () => {
  test('takes the successor, once the server knows that it arrived, and tells the other tabs what it replaces', async () => {
    const { one, server, messages, jar } = await signedInTabs();
    expect(await stepUp(one.client, { password })).toEqual({ ok: true, value: ada });
    expect(server.requests).toEqual([call, confirmation]);
    expect(server.seen.at(-1)?.init.headers).toEqual({ authorization: `Bearer ${jar.cookies?.pageSession.token}` });
    expect(messages).toEqual([
      { type: 'stop', sessionId: 'session-1', generation: 0 },
      expect.objectContaining({ type: 'renewed', sessionId: 'session-2', generation: 0, replaces: 'session-1' }),
    ]);
    expect(server.living()).toEqual(['session-2']);
  });

  test('lets the other tabs go on without a load, and none of them asks the server for it', async () => {
    const { one, tabs, server } = await signedInTabs(8);
    await stepUp(one.client, { password });
    await turns();
    server.requests.length = 0;
    expect(sids(tabs)).toEqual(Array(8).fill('session-2'));
    for (const tab of tabs) expect(await status(tab)).toBe(200);
    expect(new Set(server.requests)).toEqual(new Set(['GET /api/fresh']));
    expect(tabs.flatMap(({ changes }) => changes)).toEqual([]);
  });

  test('may be made again, and again', async () => {
    const { one, two, tabs, server } = await signedInTabs();
    for (const { client } of [one, two, one]) {
      expect((await stepUp(client, { password })).ok).toBe(true);
      await turns();
    }
    expect(sids(tabs)).toEqual(Array(3).fill('session-4'));
    expect(server.living()).toEqual(['session-4']);
  });

  test('in every tab at once leaves one session, and all tabs in it', async () => {
    const { tabs, server } = await signedInTabs(4);
    const results = await Promise.all(tabs.map(({ client }) => stepUp(client, { password })));
    await turns();
    expect(results.map(({ ok }) => ok)).toEqual(Array(4).fill(true));
    expect(server.living()).toEqual(['session-2']);
    expect(sids(tabs)).toEqual(Array(4).fill('session-2'));
  });

  test('with a wrong password says which field is wrong, and leaves everything as it was', async () => {
    const { one, tabs, server, jar } = await signedInTabs();
    const before = jar.cookies;
    const error = { code: 'invalid_request', description: 'No.', fields: { password: ['Wrong.'] } };
    expect(await stepUp(one.client, { password: 'wrong' })).toEqual({ ok: false, error });
    expect([jar.cookies, sids(tabs)]).toEqual([before, Array(3).fill('session-1')]);
    expect(server.requests).toEqual([call]);
  });

  test('past the limit says when to come back', async () => {
    const { one, server } = await signedInTabs();
    server.next(call, mishaps.slowDown);
    const error = { code: 'slow_down', retryAfterSeconds: 7 };
    expect(await stepUp(one.client, { password })).toMatchObject({ ok: false, error });
    expect(await status(one, '/api/things')).toBe(200);
  });

  test('whose token was refused is made with the next one', async () => {
    const { one, server, jar } = await signedInTabs();
    for (let times = 0; times < 2; times += 1)
      jar.cookies = (await server.serve('/api/auth/refresh', { method: 'POST' }, jar.cookies)).cookies ?? null;
    expect((await stepUp(one.client, { password })).ok).toBe(true);
    expect(server.count(call)).toBe(2);
  });

  test('for a session that is over is an error, and the page is left', async () => {
    const { one, server, jar } = await signedInTabs();
    server.end(jar.cookies?.sid);
    expect(await stepUp(one.client, { password })).toMatchObject({ ok: false, error: { code: 'signed_out' } });
    expect(one.changes).toEqual(['signed-out']);
  });

  test('aborts a refresh under way in any tab, and lets none begin before the old session has ended', async () => {
    const { one, two, tabs, server, jar, advance } = await signedInTabs();
    server.next(refresh, mishaps.hangs);
    two.client.shortenLife(10);
    await advance(8000);
    expect(server.count(refresh)).toBe(1);
    const { opened, open } = gate();
    server.next(confirmation, async (serve) => {
      await opened;
      return serve();
    });
    const result = stepUp(one.client, { password });
    await turns();
    expect(server.requests.at(-1)).toBe(confirmation);
    open();
    expect((await result).ok).toBe(true);
    await advance(1000);
    expect([server.count(refresh), jar.cookies?.sid]).toEqual([1, 'session-2']);
    expect(tabs.flatMap(({ changes }) => changes)).toEqual([]);
  });

  test.each(Object.entries(mishaps))(
    'whose confirming call meets %s has its token all the same',
    async (_name, mishap) => {
      const { one, tabs, server, advance } = await signedInTabs();
      server.next(confirmation, mishap);
      const result = stepUp(one.client, { password });
      await advance(8000);
      expect(await result).toEqual({ ok: true, value: ada });
      for (const tab of tabs) expect(await status(tab)).toBe(200);
      expect(server.living()).toEqual(['session-2']);
    },
  );

  test('that a sign-out in another tab overtakes brings nobody back', async () => {
    const { one, two, server, jar } = await signedInTabs();
    const { opened, open } = gate();
    server.next(confirmation, async (serve) => {
      await opened;
      return serve();
    });
    const result = stepUp(one.client, { password });
    await turns();
    // Without waiting for the lock, as a tab in a browser without locks does.
    server.end('session-1');
    jar.cookies = null;
    two.env.openChannel('latchkey', () => {})?.post({ type: 'signed-out', sessionId: 'session-1', generation: 0 });
    await turns();
    open();
    expect(await result).toMatchObject({ ok: false, error: { code: 'signed_out' } });
    expect(one.client.state()).toEqual({ status: 'signed-out' });
    await expect(one.client.fetch('/api/me')).rejects.toThrow(SignedOutError);
  });
});

describe('a step-up whose answer is lost', () => {
  const losses: [string, Mishap][] = [
    ['with its cookies', mishaps.lost],
    ['after its cookies came', bodyLost],
  ];

  test.each(losses)('%s signs nobody out: every tab goes on, now and once its token ends', async (_name, loss) => {
    const { one, tabs, server, advance } = await signedInTabs();
    server.next(call, loss);
    expect(await stepUp(one.client, { password })).toMatchObject({ ok: false, error: { code: 'unreachable' } });
    expect(server.living()).toEqual(['session-1', 'session-2']);
    for (const tab of tabs) expect(await status(tab, '/api/things')).toBe(200);
    await advance(untilDue);
    for (const tab of tabs) expect(await status(tab, '/api/things')).toBe(200);
    expect(tabs.flatMap(({ changes }) => changes)).toEqual([]);
    expect(new Set(sids(tabs)).size).toBe(1);
  });

  test.each(losses)('%s can be made once more', async (_name, loss) => {
    const { one, tabs, server } = await signedInTabs();
    server.next(call, loss);
    await stepUp(one.client, { password });
    expect((await stepUp(one.client, { password })).ok).toBe(true);
    await turns();
    for (const tab of tabs) expect(await status(tab)).toBe(200);
    expect(server.living()).toEqual(['session-3']);
  });

  test('after its cookies came is ended by a sign-out, both its sessions', async () => {
    const { one, two, server } = await signedInTabs();
    server.next(call, bodyLost);
    await stepUp(one.client, { password });
    await two.client.signOut();
    await turns();
    expect(server.living()).toEqual([]);
  });
});

describe('a tab that missed the message of a step-up', () => {
  /** Two tabs, the second of which hears nothing. */
  async function withDeafTab() {
    const browser = createBrowser();
    const one = await browser.signedInTab();
    const deaf = await browser.signedInTab({}, { openChannel: () => null });
    await stepUp(one.client, { password });
    await turns();
    browser.server.requests.length = 0;
    return { ...browser, one, deaf };
  }

  test('takes the successor over at its next call, with no load and no refresh', async () => {
    const { deaf, server } = await withDeafTab();
    expect(await status(deaf)).toBe(200);
    expect(deaf.client.life()?.sessionId).toBe('session-2');
    expect(server.requests).toEqual(['GET /api/fresh', session, 'GET /api/fresh']);
    expect(deaf.changes).toEqual([]);
  });

  test('takes it over when it comes back by Back', async () => {
    const { deaf, server } = await withDeafTab();
    deaf.wake('restored');
    await turns();
    expect([deaf.client.life()?.sessionId, deaf.changes, server.requests]).toEqual(['session-2', [], [session]]);
  });

  test('is left where the successor is over too', async () => {
    const { deaf, server, jar } = await withDeafTab();
    server.end(jar.cookies?.sid);
    await expect(deaf.client.fetch('/api/things')).rejects.toThrow(SignedOutError);
    expect(deaf.changes).toEqual(['signed-out']);
  });

  test('of another person’s tabs is loaded again, as ever', async () => {
    const { deaf, one, server } = await withDeafTab();
    server.settings.user = { id: 'bob', email: 'bob@example.org', name: 'Bob' };
    await signIn(one.client, credentials);
    await expect(deaf.client.fetch('/api/things')).rejects.toThrow(SignedOutError);
    expect(deaf.changes).toEqual(['signed-in']);
  });
});

test('a real sign-in of the same person in another tab still is a reason to load the page again', async () => {
  const { one, two } = await signedInTabs();
  await signIn(one.client, credentials);
  await turns();
  expect(two.changes).toEqual(['signed-in']);
});
