import type { BrowserContext, Page } from '@playwright/test';
import { paths } from '#lib/core/routes.ts';
import { expect, password, signUp } from '#tests/e2e/fixtures.ts';
import { openTab, refresh, test, whoseCookies } from '#tests/e2e/network-fixtures.ts';
import { tabTo } from '#tests/e2e/pages/tab-to.ts';
import { makeStale } from '#tests/e2e/stale.ts';
import { ask, askButton, asks, confirmWith, dialogOf, expectDone, newEmail, openAccount, stepUp } from './asking.ts';

const field = (page: Page) => dialogOf(page).getByLabel('Password', { exact: true });

/** Marks the document that a page shows. */
const mark = (page: Page) => page.evaluate(() => Object.assign(globalThis, { marked: true }));
const isMarked = (page: Page) => page.evaluate(() => 'marked' in globalThis);

/** Pages of the account, of somebody who signed in long ago. */
async function staleTabs(context: BrowserContext, network: { databaseUrl: string }, email: string, count: number) {
  await signUp(context, email);
  const pages: Page[] = [];
  for (let index = 0; index < count; index += 1) {
    const page = await openTab(context, paths.account);
    await expect(askButton(page)).toBeEnabled();
    await mark(page);
    pages.push(page);
  }
  makeStale(network, email);
  const [first] = pages;
  if (!first) throw new Error('Ask for one at least.');
  return { pages, first };
}

test('of three tabs one confirms; the others go on without a load, a question or a refresh', async ({
  context,
  network,
  email,
}) => {
  const { pages, first } = await staleTabs(context, network, email, 3);
  const requests = network.record();
  await ask(first);
  await confirmWith(first, password);
  await expectDone(first);
  for (const page of pages.slice(1)) {
    await ask(page);
    await expectDone(page);
  }
  for (const page of pages) expect(await isMarked(page)).toBe(true);
  const calls = requests.filter((one) => /^(POST|GET) \/api\//.test(one));
  expect(calls).toEqual([asks, stepUp, 'GET /api/me', asks, asks, asks]);
  expect(await whoseCookies(context)).toBe(email);
});

test('a tab with its dialog open goes on by itself once the person has confirmed in another', async ({
  context,
  network,
  email,
}) => {
  const { pages, first } = await staleTabs(context, network, email, 2);
  for (const page of pages) {
    await ask(page);
    await expect(dialogOf(page)).toBeVisible();
  }
  await confirmWith(first, password);
  await expectDone(first);
  for (const page of pages.slice(1)) {
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await expectDone(page);
  }
});

test('a step-up whose answer is lost signs nobody out in any tab, and may be made again', async ({
  context,
  network,
  email,
}) => {
  const { pages, first } = await staleTabs(context, network, email, 2);
  const lost = network.lose(stepUp);
  await ask(first);
  await confirmWith(first, password);
  await lost;
  await expect(dialogOf(first).getByRole('alert').filter({ hasText: 'could not be reached' })).toBeVisible();
  for (const page of pages.slice(1)) {
    await ask(page);
    await confirmWith(page, password);
    await expectDone(page);
  }
  await confirmWith(first, password);
  await expectDone(first);
  for (const page of pages) expect(await isMarked(page)).toBe(true);
  expect(await whoseCookies(context)).toBe(email);
});

test('a page that is loaded again while the answer to a step-up is on its way has its person still', async ({
  context,
  network,
  email,
}) => {
  const { first } = await staleTabs(context, network, email, 1);
  const held = network.hold(stepUp);
  await ask(first);
  await confirmWith(first, password);
  await held.answered;
  await openAccount(first);
  held.letGo();
  await ask(first);
  await confirmWith(first, password);
  await expectDone(first);
});

test('a step-up whose first call gets no answer is done all the same', async ({ context, network, email }) => {
  const { pages, first } = await staleTabs(context, network, email, 2);
  const lost = network.lose('GET /api/me');
  await ask(first);
  await confirmWith(first, password);
  await lost;
  await expectDone(first);
  for (const page of pages.slice(1)) {
    await ask(page);
    await expectDone(page);
  }
});

test('Cancel leaves everything as it was: what was typed, the focus, the session; the next try asks anew', async ({
  context,
  network,
  email,
}) => {
  const { first } = await staleTabs(context, network, email, 1);
  const requests = network.record();
  await ask(first);
  await dialogOf(first).getByRole('button', { name: 'Cancel' }).click();
  await expect(dialogOf(first)).toHaveCount(0);
  await expect(first.getByRole('alert').filter({ hasText: 'Confirm that it is you, then try again.' })).toBeVisible();
  await expect(first.getByLabel('New email')).toHaveValue(newEmail);
  await expect(askButton(first)).toBeFocused();
  await askButton(first).click();
  await expect(dialogOf(first)).toBeVisible();
  await first.keyboard.press('Escape');
  await expect(dialogOf(first)).toHaveCount(0);
  expect(requests.filter((one) => one.includes('/api/'))).toEqual([asks, asks]);
  expect(requests).not.toContain(refresh);
  expect(await isMarked(first)).toBe(true);
  expect(await whoseCookies(context)).toBe(email);
});

test('a sign-out in another tab while the dialog is open leads to the sign-in page, and ends the session', async ({
  context,
  network,
  email,
}) => {
  const { pages, first } = await staleTabs(context, network, email, 2);
  await ask(first);
  await expect(dialogOf(first)).toBeVisible();
  await pages[1]?.getByRole('button', { name: 'Sign out' }).click();
  await expect(first).toHaveURL(/\/login/);
  expect(await whoseCookies(context)).toBeNull();
});

test('whoever has confirmed is asked again once that is long ago', async ({ context, network, email }) => {
  const { pages, first } = await staleTabs(context, network, email, 2);
  await ask(first);
  await confirmWith(first, password);
  await expectDone(first);
  makeStale(network, email);
  for (const page of pages.slice(1)) {
    await ask(page);
    await confirmWith(page, password);
    await expectDone(page);
  }
});

test('by keyboard alone, with a wrong password first', async ({ context, network, email }) => {
  const { first } = await staleTabs(context, network, email, 1);
  const { keyboard } = first;
  await tabTo(first, 'New email');
  await keyboard.type(newEmail);
  await keyboard.press('Enter');
  await expect(field(first)).toBeFocused();
  await expect(dialogOf(first)).toHaveAccessibleDescription(/password once more/);
  await keyboard.type('not the password');
  await keyboard.press('Enter');
  await expect(field(first)).toHaveAccessibleDescription('This is not your password.');
  await expect(dialogOf(first).getByRole('alert')).toHaveText('This is not your password.');
  await expect(field(first)).toBeFocused();
  await keyboard.press('ControlOrMeta+a');
  await keyboard.type(password);
  await tabTo(first, 'Cancel');
  await tabTo(first, 'Confirm');
  await keyboard.press('Enter');
  await expectDone(first);
});

test('a dialog whose script cannot be loaded is no crash: the refusal is told, and the next try asks', async ({
  context,
  network,
  email,
  anotherBrowser,
}) => {
  const { first } = await staleTabs(context, network, email, 1);
  const scripts: string[] = [];
  first.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.push(new URL(request.url()).pathname);
  });
  await ask(first);
  await expect(dialogOf(first)).toBeVisible();
  expect(scripts).toHaveLength(1);

  const page = await openTab(await anotherBrowser(), paths.account);
  await expect(askButton(page)).toBeEnabled();
  makeStale(network, email);
  // What loads it tries once more by itself.
  const lost = [1, 2].map(() => network.lose(`GET ${scripts[0]}`));
  await ask(page);
  await Promise.all(lost);
  await expect(page.getByRole('alert').filter({ hasText: 'Confirm that it is you, then try again.' })).toBeVisible();
  await expect(page.getByLabel('New email')).toHaveValue(newEmail);
  await askButton(page).click();
  await confirmWith(page, password);
  await expectDone(page);
});
