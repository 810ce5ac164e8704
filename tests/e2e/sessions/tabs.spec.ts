import type { BrowserContext, Page } from '@playwright/test';
import { landing, loginPath, paths } from '#lib/core/routes.ts';
import { cookieValue, expect, signInByHand, signUp, takenOver } from '#tests/e2e/fixtures.ts';
import { expirePageSession, handOutExpiredToken } from '#tests/e2e/forged.ts';
import { callByHand, endOthers, openTab, refresh, test, whoseCookies } from '#tests/e2e/network-fixtures.ts';

/** Moves the clock of every tab past the end of the access token; timers that are due then fire once. */
const pastExpiry = '05:00';

// Many tabs take their time on a small machine.
test.describe.configure({ timeout: 180_000 });

test.beforeEach(async ({ context, email }) => {
  await signUp(context, email);
  await context.clock.install();
});

test('twenty tabs whose access token ends at the same moment rotate once in all', async ({ context, network }) => {
  await context.clock.pauseAt(Date.now() + 10_000);
  await handOutExpiredToken(context);
  const tabs: Page[] = [];
  for (let count = 1; count <= 20; count++) tabs.push(await openTab(context));
  await expirePageSession(context);
  const requests = network.record();
  const answers = tabs.map((tab) => tab.waitForResponse((answer) => answer.status() === 204));
  await context.clock.fastForward(pastExpiry);
  for (const tab of tabs) {
    const button = tab.getByRole('button', { name: 'End all other sessions' });
    await button.evaluate((element: HTMLElement) => element.click());
  }
  await Promise.all(answers);
  expect(requests.filter((one) => one === refresh)).toHaveLength(1);
  // Had a tab sent its old token, it would have had to send the call again.
  expect(requests.filter((one) => one === endOthers)).toHaveLength(20);
  expect(tabs.map((tab) => new URL(tab.url()).pathname)).toEqual(tabs.map(() => paths.sessions));
});

test('a tab that never lets go of the lock holds the others up for two seconds only', async ({ context }) => {
  const tabs = [await openTab(context), await openTab(context)];
  const culprit = await context.newPage();
  await culprit.goto('/api/live');
  await culprit.evaluate(
    () =>
      new Promise<void>((held) => {
        void navigator.locks.request('latchkey-refresh', () => {
          held();
          return new Promise(() => {});
        });
      }),
  );
  const answers = tabs.map((tab) => tab.waitForResponse((response) => response.url().endsWith('/api/me')));
  const started = Date.now();
  await context.clock.fastForward(pastExpiry);
  // One of them refreshes for both, or each for itself: the call that confirms a new token follows a refresh.
  await Promise.any(answers);
  const waited = Date.now() - started;
  expect(waited).toBeGreaterThan(1900);
  expect(waited).toBeLessThan(6000);
  for (const tab of tabs) await callByHand(tab);
});

test('signing out in one tab shows the sign-in page in every other, at once', async ({ context, email }) => {
  const [first, second, third] = [
    await openTab(context),
    await openTab(context),
    await openTab(context, paths.account),
  ];
  await expect(third.getByText(email)).toBeVisible();
  await first.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(first).toHaveURL('/login');
  for (const tab of [second, third]) {
    await expect(tab).toHaveURL(/\/login\?next=/);
    await expect(tab.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
    await expect(tab.getByText(email)).toBeHidden();
  }
});

test('signing in in one tab signs in the tabs that stand on the sign-in pages', async ({ context, email, page }) => {
  await context.clearCookies();
  const [login, register] = [await context.newPage(), await context.newPage()];
  await login.goto('/login?next=%2Faccount%2Fsessions');
  await register.goto('/register');
  await expect(login.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
  await expect(register.getByRole('button', { name: 'Create account' })).toBeEnabled();
  await page.goto('/login');
  await signInByHand(page, email);
  await expect(page).toHaveURL(landing);
  await expect(login).toHaveURL('/account/sessions');
  await expect(login.getByText('This device')).toBeVisible();
  await expect(register).toHaveURL(landing);
});

/** A tab of a first person, and one that has stood on the sign-in page since before they signed in. */
async function tabAndSignInPage(context: BrowserContext, firstPerson: string, path: string): Promise<[Page, Page]> {
  await context.clearCookies();
  const signInPage = await context.newPage();
  await signInPage.goto('/login?next=%2Faccount');
  await signUp(context, firstPerson);
  return [await openTab(context, path), signInPage];
}

/** The tab, which has loaded itself again, shows this person and makes calls for them. */
async function expectTabOf(tab: Page, email: string): Promise<void> {
  await takenOver(tab);
  await tab.getByRole('link', { name: 'Account' }).click();
  await expect(tab.getByText(email, { exact: true })).toBeVisible();
  await tab.getByRole('navigation').getByRole('link', { name: 'Sessions' }).click();
  await callByHand(tab);
}

test('signing in as somebody else makes the tabs of the first person theirs', async ({ context, email }) => {
  const [tab, signInPage] = await tabAndSignInPage(context, `first-${email}`, paths.account);
  await expect(tab.getByText(`first-${email}`)).toBeVisible();
  await signInByHand(signInPage, email);
  await expect(signInPage).toHaveURL('/account');
  await expect(tab.getByText(`first-${email}`)).toBeHidden();
  await expect(tab.getByText(email, { exact: true })).toBeVisible();
  await expectTabOf(tab, email);
  expect(await whoseCookies(context)).toBe(email);
});

test('signing out everywhere reaches the tabs of other browsers by their next call or refresh', async ({
  context,
  anotherBrowser,
}) => {
  const [tablet, phone] = [await anotherBrowser(), await anotherBrowser()];
  // Nothing happens by itself meanwhile, however slow the machine.
  for (const one of [context, tablet]) {
    await one.clock.install();
    await one.clock.pauseAt(Date.now() + 10_000);
  }
  const [idle, calling] = [await openTab(context, paths.account), await openTab(tablet)];
  const ending = await openTab(phone);
  await ending.getByRole('button', { name: 'Sign out everywhere' }).click();
  await ending.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click();
  await expect(ending).toHaveURL('/login');

  await calling.getByRole('button', { name: 'End all other sessions' }).click();
  await expect(calling).toHaveURL(loginPath(paths.sessions));
  await expect(idle).toHaveURL('/account');
  await context.clock.fastForward(pastExpiry);
  await expect(idle).toHaveURL('/login?next=%2Faccount');
});

// A document lives on until the next one has arrived: both tabs' navigations are held so that the late answer finds it.
test('a refresh that is under way when another tab signs out brings nothing back', async ({ context, network }) => {
  const refreshing = await openTab(context);
  const late = network.hold(refresh);
  await context.clock.fastForward(pastExpiry);
  await late.answered;
  const leaving = await openTab(context, paths.account);
  const navigations = [network.hold('GET /login'), network.hold('GET /login')];
  await leaving.getByRole('button', { name: 'Sign out', exact: true }).click();
  for (const { answered } of navigations) await answered;
  late.letGo();
  await late.delivered;
  for (const { letGo } of navigations) letGo();
  await expect(leaving).toHaveURL('/login');
  await expect(refreshing).toHaveURL(loginPath(paths.sessions));
  expect(await whoseCookies(context)).toBeNull();
  const cookies = [await cookieValue(context, 'refresh'), await cookieValue(context, 'session')];
  expect(cookies).toEqual([undefined, undefined]);
});

test('a refresh that is under way when another tab signs in as somebody else leaves the new session alone', async ({
  context,
  network,
  email,
}) => {
  const [refreshing, signInPage] = await tabAndSignInPage(context, `first-${email}`, paths.sessions);
  const late = network.hold(refresh);
  await context.clock.fastForward(pastExpiry);
  await late.answered;
  // Two of one address would wait for each other, in the browser's cache.
  const navigations = [network.hold('GET /account/sessions'), network.hold('GET /account')];
  const reloaded = refreshing.waitForEvent('load');
  await signInByHand(signInPage, email);
  for (const { answered } of navigations) await answered;
  late.letGo();
  await late.delivered;
  for (const { letGo } of navigations) letGo();
  await expect(signInPage).toHaveURL('/account');
  expect(await whoseCookies(context)).toBe(email);
  await reloaded;
  await expectTabOf(refreshing, email);
});
