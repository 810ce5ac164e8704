import { landing, loginPath, paths } from '#lib/core/routes.ts';
import { HttpClient } from '#tests/support/http-client.ts';
import type { RunningServer } from '#tests/support/server.ts';
import { expect, password, signUp, testWith } from './fixtures.ts';
import type { Tab } from './tab.ts';

const test = testWith({ ACCESS_TTL_SECONDS: '4' });
const refreshToken = async (tab: Tab) => (await tab.cookies())['latchkey-refresh'];

/** Waits until the server holds the tab's page session, and the access token in it, for expired. */
async function expectExpired(tab: Tab, { port }: RunningServer): Promise<void> {
  const client = new HttpClient(port);
  client.cookies = await tab.cookies();
  await expect.poll(async () => (await client.send('GET', '/api/auth/session')).status).toBe(401);
}

/** Makes a call with the access token, from /account/sessions. */
async function callByHand(tab: Tab): Promise<void> {
  await tab.click('End all other sessions');
  await tab.expectText('This is the only device that is signed in.');
}

test('a person signs up, is still there after a reload, signs out, and signs in to where they wanted to go', async ({
  openTab,
  email,
}) => {
  const tab = await openTab(paths.register);
  await tab.fill('Email', email);
  await tab.fill('Password', password);
  await tab.click('Create account');
  await tab.expectPath(landing);
  await tab.goto(landing);
  await tab.expectPath(landing);
  await tab.click('Sign out');
  await tab.expectPath(paths.login);
  expect(await tab.cookies()).toEqual({});

  await tab.goto(paths.sessions);
  await tab.expectPath(loginPath(paths.sessions));
  await tab.fill('Email', email);
  await tab.fill('Password', password);
  await tab.click('Sign in');
  await tab.expectPath(paths.sessions);
  await tab.expectText('This device');
});

test('a tab whose access token ended while another was in front works at the next click', async ({
  openTab,
  server,
  email,
}) => {
  const tab = await openTab();
  await signUp(tab, email, paths.sessions);
  await openTab();
  const before = await refreshToken(tab);
  await expectExpired(tab, server);
  // A hidden tab keeps no session alive.
  expect(await refreshToken(tab)).toBe(before);
  await tab.show();
  await callByHand(tab);
  expect(await refreshToken(tab)).not.toBe(before);
});

test('two tabs go on through one refresh after the other, and neither asks to sign in', async ({ openTab, email }) => {
  const first = await openTab();
  await signUp(first, email, paths.sessions);
  const second = await openTab(paths.sessions);
  for (const tab of [second, first, second]) {
    await tab.show();
    const before = await refreshToken(tab);
    await expect.poll(() => refreshToken(tab)).not.toBe(before);
    await callByHand(tab);
  }
  await first.expectPath(paths.sessions);
});

test('signing out in one tab leads the other to the sign-in page, and Back shows nothing private', async ({
  openTab,
  email,
}) => {
  const other = await openTab();
  await signUp(other, email, paths.account);
  await other.expectText(email);
  const tab = await openTab(paths.account);
  await tab.expectText(email);
  await tab.goto(paths.sessions);
  await tab.click('Sign out');
  await tab.expectPath(paths.login);
  await other.expectPath(loginPath(paths.account));
  await tab.run(() => history.back());
  await tab.expectPath(loginPath(paths.account));
  for (const one of [tab, other]) {
    await one.expectText('Sign in');
    expect(await one.run(() => document.body.innerText)).not.toContain(email);
  }
});

test('a page that is loaded after its page session expired is led through the refresh and back', async ({
  openTab,
  server,
  email,
}) => {
  const tab = await openTab();
  await signUp(tab, email, paths.account);
  // No page of the app is open, so none refreshes.
  await tab.goto('/api/live');
  const before = await refreshToken(tab);
  await expectExpired(tab, server);
  await tab.goto(paths.account);
  await tab.expectPath(paths.account);
  await tab.expectText(email);
  expect(await refreshToken(tab)).not.toBe(before);
  const redirects = () => performance.getEntriesByType('navigation').map((one) => Object(one).redirectCount);
  expect(await tab.run(redirects)).toEqual([2]);
});

test('a page that was left before React had taken it over is loaded again by Back, and works', async ({
  openTab,
  email,
}) => {
  const tab = await openTab();
  await signUp(tab, email, paths.sessions);
  await callByHand(tab);
  // As if it were left a moment after its scripts began: when exactly that is, no test can choose.
  await tab.run(() => {
    delete document.documentElement.dataset.hydrated;
    Object.assign(globalThis, { isOld: true });
  });
  await tab.goto(paths.account);
  await tab.run(() => history.back());
  await tab.expectPath(paths.sessions);
  await expect.poll(() => tab.run(() => 'isOld' in globalThis)).toBe(false);
  await callByHand(tab);
});
