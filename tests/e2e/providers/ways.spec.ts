import type { Page } from '@playwright/test';
import { paths } from '#lib/core/routes.ts';
import { password, signUp } from '#tests/e2e/fixtures.ts';
import { lookAt, widths } from '#tests/e2e/pages/look.ts';
import { tabTo } from '#tests/e2e/pages/tab-to.ts';
import { turnTwoStepOn, typeCode } from '#tests/e2e/sign-in/two-step.ts';
import { makeStale } from '#tests/e2e/stale.ts';
import { confirmWith, dialogOf } from '#tests/e2e/step-up/asking.ts';
import { expect, failure, forget, signInWith, test } from './fixtures.ts';

test.describe.configure({ timeout: 120_000 });
const heading = (page: Page) => page.getByRole('heading', { name: 'Ways to sign in' });
const ways = (page: Page) => page.getByRole('list', { name: 'Ways to sign in' }).getByRole('listitem');
const way = (page: Page, name: string) => ways(page).filter({ has: page.getByRole('heading', { name, exact: true }) });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const chosen = 'quite different unrelated words';

async function openWays(page: Page): Promise<void> {
  await page.goto(paths.account);
  await expect(page.getByRole('button', { name: /^Connect / }).first()).toBeEnabled();
}

/** Goes to Acme and back, and resolves when it is connected. */
async function connect(page: Page): Promise<void> {
  await button(page, 'Connect Acme').click();
  await expect(way(page, 'Acme')).toBeVisible();
}

async function disconnect(page: Page): Promise<void> {
  await button(page, 'Disconnect Acme').click();
  await page.getByRole('dialog', { name: 'Disconnect Acme?' }).getByRole('button', { name: 'Disconnect' }).click();
}

/** Sets a password in the list. */
async function setPassword(page: Page, word = chosen): Promise<void> {
  await button(page, 'Set a password').click();
  await page.getByLabel('New password').fill(word);
  await button(page, 'Set password').click();
}

test('a provider is connected, shown and disconnected by keyboard alone', async ({ page, provider, email }) => {
  expect(provider.person.email).toBe(email);
  await signUp(page.context(), email);
  await openWays(page);
  await expect(ways(page)).toHaveCount(1);
  await tabTo(page, 'Connect Acme');
  await page.keyboard.press('Enter');
  await expect(way(page, 'Acme')).toContainText(`${email}. Connected`);
  await expect(page).toHaveURL(paths.account);
  await expect(button(page, 'Connect another Acme account')).toBeEnabled();

  await tabTo(page, 'Disconnect Acme');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Disconnect Acme?' })).toBeVisible();
  await tabTo(page, 'Disconnect');
  await page.keyboard.press('Enter');
  await expect(way(page, 'Acme')).toHaveCount(0);
  await expect(heading(page)).toBeFocused();
  await expect(button(page, 'Connect Acme')).toBeVisible();
});

test('what was connected signs in to the account from then on', async ({ page, provider, email }) => {
  expect(provider.person.email).toBe(email);
  await signUp(page.context(), email);
  await openWays(page);
  await connect(page);
  await forget(page);
  await signInWith(page);
  await page.goto(paths.account);
  await expect(way(page, 'Password').getByText('Set', { exact: true })).toBeVisible();
});

test('connecting and disconnecting ask who it is where that was shown long ago, and then go on by themselves', async ({
  page,
  provider,
  server,
  email,
}) => {
  expect(provider.person.email).toBe(email);
  await signUp(page.context(), email);
  await openWays(page);
  makeStale(server, email);
  await button(page, 'Connect Acme').click();
  await confirmWith(page, password);
  await expect(way(page, 'Acme')).toBeVisible();
  await expect(button(page, 'Connect another Acme account')).toBeEnabled();
  makeStale(server, email);
  await disconnect(page);
  await expect(dialogOf(page).getByRole('button', { name: 'Confirm with Acme' })).toBeVisible();
  await confirmWith(page, password);
  await expect(way(page, 'Acme')).toHaveCount(0);
});

test('the last way in stays, until there is a password', async ({ page, provider, email }) => {
  expect(provider.person.email).toBe(email);
  await signInWith(page);
  await openWays(page);
  await expect(way(page, 'Password')).toContainText('None.');
  await disconnect(page);
  await expect(page.getByText('This is the last way to sign in.', { exact: false })).toBeVisible();
  await expect(way(page, 'Acme')).toBeVisible();

  await setPassword(page, 'short');
  await expect(page.getByLabel('New password')).toBeFocused();
  await expect(page.getByText('At least 12 characters.', { exact: false }).first()).toBeVisible();
  await page.getByLabel('New password').fill(chosen);
  await page.keyboard.press('Enter');
  await expect(way(page, 'Password').getByText('Set', { exact: true })).toBeVisible();
  await expect(heading(page)).toBeFocused();
  await disconnect(page);
  await expect(way(page, 'Acme')).toHaveCount(0);
});

test('who has no password confirms at the provider, and comes back to the page', async ({
  page,
  provider,
  server,
  email,
}) => {
  expect(provider.person.email).toBe(email);
  await signInWith(page);
  await openWays(page);
  makeStale(server, email);
  await setPassword(page);
  const dialog = dialogOf(page);
  await expect(dialog.getByRole('button', { name: 'Confirm with Acme' })).toBeFocused();
  await expect(dialog.getByLabel('Password', { exact: true })).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(page).toHaveURL(paths.account);
  await expect(button(page, 'Set a password')).toBeEnabled();
  await setPassword(page);
  await expect(way(page, 'Password').getByText('Set', { exact: true })).toBeVisible();
});

test('who has two-step sign-in is asked for a code after the provider, and comes back to the page', async ({
  page,
  provider,
  server,
  email,
}) => {
  expect(provider.person.email).toBe(email);
  await signInWith(page);
  const { code } = await turnTwoStepOn(server, email);
  makeStale(server, email);
  await openWays(page);
  await setPassword(page);
  await dialogOf(page).getByRole('button', { name: 'Confirm with Acme' }).click();
  await expect(page.getByRole('heading', { name: 'One more step' })).toBeVisible();
  await typeCode(page, '000000');
  await expect(page.getByText('This is not the code in your app now.').first()).toBeVisible();
  await typeCode(page, code());
  await page.waitForURL(`**${paths.account}`);
  await setPassword(page);
  await expect(way(page, 'Password').getByText('Set', { exact: true })).toBeVisible();
});

test('who cannot confirm there signs in again, and comes back to the page', async ({
  page,
  provider,
  server,
  email,
}) => {
  expect(provider.person.email).toBe(email);
  await signInWith(page);
  await openWays(page);
  makeStale(server, email);
  await setPassword(page);
  await dialogOf(page).getByRole('button', { name: 'Sign in again' }).click();
  await page.waitForURL(`**${paths.login}?next=*`);
  await button(page, 'Continue with Acme').click();
  await page.waitForURL(`**${paths.account}`);
  await setPassword(page);
  await expect(way(page, 'Password').getByText('Set', { exact: true })).toBeVisible();
});

test('an identity of somebody else is not taken from them', async ({ page, browser, provider, server, email }) => {
  expect(provider.person.email).toBe(email);
  const other = await browser.newContext({ baseURL: server.url });
  const theirs = await other.newPage();
  await signInWith(theirs);
  await signUp(page.context(), `not-${email}`);
  await openWays(page);
  await button(page, 'Connect Acme').click();
  await expect(failure(page)).toContainText('is connected to another account here already');
  await page.getByRole('link', { name: 'Back to your account' }).click();
  await expect(way(page, 'Acme')).toHaveCount(0);
  await other.close();
});

test('whoever is signed out by the provider is told so on the sign-in page', async ({ page, provider, email }) => {
  expect(provider.person.email).toBe(email);
  await signInWith(page);
  // A logout token ends only what began in a second before its own.
  await page.waitForFunction((since) => Date.now() > since + 1100, Date.now());
  const there = await page.context().newPage();
  await there.goto(`${provider.issuer}/session/end`);
  await there.getByRole('button', { name: 'Yes, sign me out' }).click();
  await expect(there.getByText('Sign-out Success')).toBeVisible();
  await page.goto(paths.account);
  await page.waitForURL(`**${paths.login}?**`);
  await expect(page.getByRole('note')).toContainText('You signed out at the service that you had signed in with');
});

for (const width of widths) {
  test(`at ${width} px no state of the ways to sign in breaks the policy, fails axe, jumps or scrolls sideways`, async ({
    page,
    provider,
    server,
    email,
    violations,
  }) => {
    expect(provider.person.email).toBe(email);
    const look = (state: string) => lookAt(page, state, violations);
    await page.setViewportSize({ width, height: 800 });
    await signInWith(page);
    await openWays(page);
    await look('ways to sign in');
    await button(page, 'Set a password').click();
    await look('setting a password');
    await page.getByLabel('New password').fill('short');
    await button(page, 'Set password').click();
    await expect(page.getByRole('alert').filter({ hasText: 'another look' })).toBeVisible();
    await look('setting a password, with a mistake');
    await button(page, 'Leave it').click();
    await button(page, 'Disconnect Acme').click();
    await look('disconnecting');
    await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
    await expect(page.getByText('This is the last way to sign in.', { exact: false })).toBeVisible();
    await look('the last way in');
    makeStale(server, email);
    await setPassword(page);
    await expect(dialogOf(page)).toBeVisible();
    await look('confirming without a password');
    await button(page, 'Cancel').click();
    await page.goto(paths.security);
    await expect(button(page, 'Set password')).toBeEnabled();
    await look('security, without a password');
  });
}
