import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { knownDeviceSeconds } from '#lib/core/policy.ts';
import { operatorAgent } from '#lib/core/requester.ts';
import { newSecurityEvent } from '#lib/server/activity/record.ts';
import { newOperatorLink } from '#lib/server/mail/links.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password } from '#tests/support/browser.ts';

const email = 'ann@example.org';
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0';
const newerFirefox = firefox.replaceAll('146.0', '151.0');
const firefoxOnWindows = firefox.replace('X11; Linux x86_64', 'Windows NT 10.0; Win64; x64');
const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const home = '192.0.2.7';
const neighbour = '192.0.2.200';
const abroad = '198.51.100.9';

let app: TestApp;
beforeEach(async () => {
  // As server.ts does, for addresses to be believed.
  vi.stubEnv('LATCHKEY_FRONT', 'server');
  app = await startApp();
});
afterEach(() => {
  vi.unstubAllEnvs();
  return app.close();
});

interface From {
  agent?: string;
  from?: string;
  browser?: Browser;
  who?: string;
  typed?: string;
}

async function ask(path: string, status: number, body: object, { agent = firefox, from = home, browser }: From) {
  const headers = { 'User-Agent': agent, 'X-Forwarded-For': from };
  const json = { email, password, ...body };
  const response = await (browser ?? new Browser()).send('POST', path, { json, token: null, headers });
  expect(response.status).toBe(status);
  return response.json();
}
const signUp = ({ who = email, ...given }: From = {}) => ask('/api/auth/register', 201, { email: who }, given);
const signIn = ({ who = email, ...given }: From = {}) => ask('/api/auth/token', 200, { email: who }, given);

/** Lists what people are told of, the oldest first. */
async function told() {
  const mails = await app.deps.store.listMails(['waiting'], 100);
  return mails.filter(({ kind }) => kind === 'notice').sort((a, b) => a.at.getTime() - b.at.getTime());
}

describe('a sign-in is told of by mail', () => {
  test.each<[string, From]>([
    ['in another browser', { agent: chrome }],
    ['in the same browser on another system', { agent: firefoxOnWindows }],
    ['from another network', { from: abroad }],
    ['of who knows what, from who knows where', { agent: 'Test/1.0', from: 'nonsense' }],
  ])('%s, once', async (_name, given) => {
    await signUp();
    app.clock.advance(60);
    await signIn(given);
    const [notice, ...more] = await told();
    expect(more).toEqual([]);
    expect(notice).toMatchObject({ recipient: email, eventType: 'signed_in', at: app.clock.now });
    expect(notice?.userAgent).toBe(given.agent ?? firefox);
    app.clock.advance(60);
    await signIn(given);
    expect(await told()).toHaveLength(1);
  });

  test('with the network only, never the whole address', async () => {
    await signUp();
    await signIn({ from: abroad });
    expect(await told()).toMatchObject([{ ip: '198.51.100.0' }]);
  });

  test('where browser and network are known, but not together', async () => {
    await signUp();
    await signIn({ agent: chrome, from: abroad });
    expect(await told()).toHaveLength(1);
    app.clock.advance(60);
    await signIn({ agent: chrome, from: home });
    expect(await told()).toHaveLength(2);
  });

  test('ninety days after the last one from there', async () => {
    await signUp();
    app.clock.advance(knownDeviceSeconds - 0.001);
    await signIn();
    expect(await told()).toEqual([]);
    app.clock.advance(knownDeviceSeconds);
    await signIn();
    expect(await told()).toHaveLength(1);
  });

  test('where the browser brings the cookie of another account', async () => {
    const browser = new Browser();
    await signUp();
    await signUp({ who: 'bob@example.org', browser, agent: chrome, from: abroad });
    await signIn({ browser, agent: chrome, from: abroad });
    expect(await told()).toMatchObject([{ recipient: email, userAgent: chrome }]);
  });

  test('where the browser brings the cookie of a session that was ended', async () => {
    const browser = new Browser();
    await signUp({ browser });
    const user = await app.deps.store.findUserByEmail(email);
    const about = { userId: user?.id ?? '', sessionId: null, requester: { userAgent: firefox, ip: home } };
    const event = newSecurityEvent(app.deps, 'signed_out_everywhere', { ...about, now: app.clock.now });
    await app.deps.store.endAllSessions(about.userId, null, event);
    await signIn({ browser, agent: chrome, from: abroad });
    expect(await told()).toMatchObject([{ recipient: email, userAgent: chrome }]);
  });

  test('where the browser brings the cookie of a living session that was copied from elsewhere', async () => {
    const browser = new Browser();
    await signUp({ browser });
    await signIn({ browser: browser.copy(), agent: chrome, from: abroad });
    expect(await told()).toMatchObject([{ recipient: email, userAgent: chrome }]);
  });

  test.each<[string, From]>([
    ['which browser it is', { agent: 'Thief/9', from: abroad }],
    ['where it is', { agent: chrome, from: 'nonsense too' }],
  ])('where neither the copy of a cookie nor its owner’s browser says %s', async (_what, given) => {
    const browser = new Browser();
    await signUp({ browser, agent: 'Test/1.0', from: 'nonsense' });
    await signIn({ browser: browser.copy(), ...given });
    expect(await told()).toMatchObject([{ recipient: email, userAgent: given.agent }]);
  });

  test('where only somebody else signed in from there', async () => {
    await signUp();
    await signUp({ who: 'bob@example.org', agent: chrome, from: abroad });
    await signIn({ agent: chrome, from: abroad });
    expect(await told()).toMatchObject([{ recipient: email }]);
  });

  test('where only somebody who did not know the password tried from there', async () => {
    await signUp();
    await ask('/api/auth/token', 401, { password: 'wrong' }, { from: abroad });
    await signIn({ from: abroad });
    expect(await told()).toHaveLength(1);
  });
});

describe('a sign-in is not told of', () => {
  test('that is the first after signing up there', async () => {
    await signUp();
    await signIn();
    expect(await told()).toEqual([]);
  });

  test('from another address of the network', async () => {
    await signUp();
    await signIn({ from: neighbour });
    expect(await told()).toEqual([]);
  });

  test('in another version of the browser', async () => {
    await signUp();
    await signIn({ agent: newerFirefox });
    expect(await told()).toEqual([]);
  });

  test.each<[string, From]>([
    ['of the account, wherever it is', { agent: newerFirefox, from: abroad }],
    ['of the account from its network, whatever it is', { agent: chrome, from: neighbour }],
  ])('in a browser that brings a cookie %s, and however old', async (_name, given) => {
    const browser = new Browser();
    await signUp({ browser });
    app.clock.advance(100 * 24 * 60 * 60);
    await signIn({ browser, ...given });
    expect(await told()).toEqual([]);
  });

  test('that did not happen', async () => {
    await signUp();
    await ask('/api/auth/token', 401, { password: 'wrong' }, { agent: chrome, from: abroad });
    expect(await told()).toEqual([]);
  });

  test('that is the first to an account that an operator made', async () => {
    const { store, clock, hasher } = app.deps;
    const user = { id: randomUUID(), email, name: null, passwordHash: await hasher.hash(password), createdAt: clock() };
    const requester = { userAgent: operatorAgent, ip: null };
    const about = { userId: user.id, sessionId: null, requester, now: clock() };
    await store.createUser(user, newSecurityEvent(app.deps, 'signed_up', about));
    await signIn({ from: abroad });
    expect(await told()).toEqual([]);
    await signIn({ from: home });
    expect(await told()).toHaveLength(1);
  });
});

/** Does everything that people are told of, and asks for a link. Returns the answer to that. */
async function everything(): Promise<number> {
  const browser = new Browser();
  await signUp({ browser });
  await signIn({ agent: chrome, from: abroad });
  const thief = browser.copy();
  for (let count = 0; count < 2; count++) {
    await browser.refresh();
    expect((await browser.send('GET', '/api/me')).status).toBe(200);
  }
  app.clock.advance(60);
  expect((await thief.refresh()).status).toBe(401);
  browser.token = (await signIn({ browser })).access_token;
  const json = { current_password: password, new_password: 'quite different unrelated words' };
  expect((await browser.send('POST', '/api/auth/password', { json })).status).toBe(200);
  const user = await app.deps.store.findUserByEmail(email);
  const [, token] = (await newOperatorLink(app.deps, user?.id ?? '')).split('#');
  const reset = { json: { token, new_password: password } };
  expect((await browser.send('POST', '/api/auth/password/reset', reset)).status).toBe(204);
  return (await new Browser().send('POST', '/api/auth/password/forgot', { json: { email } })).status;
}

test('people are told of a new device, a theft and a new password', async () => {
  expect(await everything()).toBe(202);
  const types = (await told()).map(({ eventType, recipient }) => [eventType, recipient]);
  expect(types.toSorted()).toEqual(
    ['password_changed', 'password_reset', 'refresh_reuse', 'signed_in'].map((type) => [type, email]),
  );
  expect((await app.deps.store.countMails()).counts.waiting).toBe(5);
});

test('where mail is off no mail is written', async () => {
  await app.restart({ OUTBOX_PAGE: 'off' });
  expect(await everything()).toBe(404);
  expect((await app.deps.store.countMails()).counts).toEqual({ waiting: 0, held: 0, sent: 0, dropped: 0, failed: 0 });
});
