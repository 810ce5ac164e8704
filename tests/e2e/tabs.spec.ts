import type { BrowserContext, Page } from '@playwright/test';
import { cookieValue, expect, signUp } from './fixtures.ts';
import { accessTokenExpired, addTask, openTab, refresh, signInByHand, test, whoseCookies } from './network-fixtures.ts';

// Twenty submits in a row must fit into it, on a busy machine too.
const lifeSeconds = 15;
// Filming twenty pages would take longer than the tests.
test.use({
  settings: { ACCESS_TTL_SECONDS: String(lifeSeconds) },
  trace: { mode: 'retain-on-failure', screenshots: false },
});

/** Moves the clock of every tab past the end of the access token; timers that are due then fire once. */
const pastExpiry = lifeSeconds * 1000;

// Many tabs take their time on a small machine.
test.describe.configure({ timeout: 90_000 });

test.beforeEach(async ({ context, email }) => {
  await signUp(context, email);
  await context.clock.install();
});

test('twenty tabs whose access token ends at the same moment rotate once in all', async ({ context, network }) => {
  await context.clock.pauseAt(Date.now() + 1000);
  const tabs: Page[] = [];
  for (let count = 1; count <= 20; count++) {
    const tab = await openTab(context);
    await tab.getByLabel('New task').fill(`Task of tab ${count}`);
    tabs.push(tab);
  }
  await accessTokenExpired(context);
  const requests = network.record();
  const answers = tabs.map((tab) => tab.waitForResponse((answer) => answer.status() === 201));
  await context.clock.fastForward(pastExpiry);
  for (const tab of tabs) {
    await tab.getByLabel('New task').evaluate((field: HTMLInputElement) => field.form?.requestSubmit());
  }
  await Promise.all(answers);
  expect(requests.filter((one) => one === refresh)).toHaveLength(1);
  // Had a tab sent its old token, it would have had to send the task again.
  expect(requests.filter((one) => one === 'POST /api/tasks')).toHaveLength(20);
  expect(tabs.map((tab) => new URL(tab.url()).pathname)).toEqual(tabs.map(() => '/tasks'));
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
  // One of them renews for both, or each for itself: the call that confirms a new token follows a refresh.
  await Promise.any(answers);
  const waited = Date.now() - started;
  expect(waited).toBeGreaterThan(1900);
  expect(waited).toBeLessThan(6000);
  for (const [index, tab] of tabs.entries()) await addTask(tab, `Still here ${index}`);
  await Promise.allSettled(answers);
});

test('signing out in one tab shows the sign-in page in every other, at once', async ({ context }) => {
  const [first, ...others] = [await openTab(context), await openTab(context), await openTab(context, '/account')];
  await addTask(first, 'A private thing');
  await others[0]?.reload();
  await first.getByRole('button', { name: 'Sign out' }).click();
  await expect(first).toHaveURL('/login');
  for (const tab of others) {
    await expect(tab).toHaveURL(/\/login\?next=/, { timeout: 1000 });
    await expect(tab.getByRole('button', { name: 'Sign in' })).toBeVisible();
    await expect(tab.getByText('A private thing')).toBeHidden();
  }
});

test('signing in in one tab signs in the tabs that stand on the sign-in pages', async ({ context, email, page }) => {
  await context.clearCookies();
  const [login, register] = [await context.newPage(), await context.newPage()];
  await login.goto('/login?next=%2Faccount%2Fsessions');
  await register.goto('/register');
  await expect(login.getByRole('button', { name: 'Sign in' })).toBeEnabled();
  await expect(register.getByRole('button', { name: 'Create account' })).toBeEnabled();
  await page.goto('/login');
  await signInByHand(page, email);
  await expect(page).toHaveURL('/tasks');
  await expect(login).toHaveURL('/account/sessions');
  await expect(login.getByText('This device')).toBeVisible();
  await expect(register).toHaveURL('/tasks');
});

/** A tab of a first person, and one that has stood on the sign-in page since before they signed in. */
async function tabAndSignInPage(context: BrowserContext, firstPerson: string): Promise<[Page, Page]> {
  await context.clearCookies();
  const signInPage = await context.newPage();
  await signInPage.goto('/login?next=%2Faccount');
  await signUp(context, firstPerson);
  return [await openTab(context), signInPage];
}

test('signing in as somebody else makes the tabs of the first person theirs', async ({ context, email }) => {
  const [tab, signInPage] = await tabAndSignInPage(context, `first-${email}`);
  await addTask(tab, 'A private thing');
  await signInByHand(signInPage, email);
  await expect(signInPage).toHaveURL('/account');
  await expect(tab.getByRole('link', { name: 'A private thing' })).toBeHidden();
  await addTask(tab, 'Of the second person');
  expect(await whoseCookies(context)).toBe(email);
});

test('signing out everywhere reaches the tabs of other browsers by their next call, or renewal', async ({
  context,
  anotherBrowser,
}) => {
  const [tablet, phone] = [await anotherBrowser(), await anotherBrowser()];
  // Nothing happens by itself meanwhile, however slow the machine.
  for (const one of [context, tablet]) {
    await one.clock.install();
    await one.clock.pauseAt(Date.now() + 1000);
  }
  const [idle, calling] = [await openTab(context, '/account'), await openTab(tablet)];
  const ending = await openTab(phone, '/account/sessions');
  await ending.getByRole('button', { name: 'Sign out everywhere' }).click();
  await ending.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click();
  await expect(ending).toHaveURL('/login');

  await calling.getByLabel('New task').fill('Too late');
  await calling.getByRole('button', { name: 'Add' }).click();
  await expect(calling).toHaveURL('/login?next=%2Ftasks');
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
  const leaving = await openTab(context, '/account');
  const navigations = [network.hold('GET /login'), network.hold('GET /login')];
  await leaving.getByRole('button', { name: 'Sign out' }).click();
  for (const { answered } of navigations) await answered;
  late.letGo();
  await late.delivered;
  for (const { letGo } of navigations) letGo();
  await expect(leaving).toHaveURL('/login');
  await expect(refreshing).toHaveURL('/login?next=%2Ftasks');
  expect(await whoseCookies(context)).toBeNull();
  const cookies = [await cookieValue(context, 'refresh'), await cookieValue(context, 'session')];
  expect(cookies).toEqual([undefined, undefined]);
});

test('a refresh that is under way when another tab signs in as somebody else leaves the new session alone', async ({
  context,
  network,
  email,
}) => {
  const [refreshing, signInPage] = await tabAndSignInPage(context, `first-${email}`);
  const late = network.hold(refresh);
  await context.clock.fastForward(pastExpiry);
  await late.answered;
  const navigations = [network.hold('GET /tasks'), network.hold('GET /account')];
  await signInByHand(signInPage, email);
  for (const { answered } of navigations) await answered;
  late.letGo();
  await late.delivered;
  for (const { letGo } of navigations) letGo();
  await expect(signInPage).toHaveURL('/account');
  expect(await whoseCookies(context)).toBe(email);
  await addTask(refreshing, 'Of the second person');
});
