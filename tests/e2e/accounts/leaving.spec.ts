import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { personExport } from '#lib/core/accounts/export.ts';
import { landing, loginPath, paths } from '#lib/core/routes.ts';
import { expect, password, signInByHand, signUp, test } from '#tests/e2e/fixtures.ts';
import { tabTo } from '#tests/e2e/pages/tab-to.ts';
import { makeStale } from '#tests/e2e/stale.ts';

async function askToDelete(page: Page): Promise<void> {
  await page.goto(paths.account);
  await page.getByRole('button', { name: 'Delete account' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete account' }).click();
}

const afterLeaving = /\/login\?left=\d{4}-/;
const note = (page: Page) => page.getByRole('note');

test('deleting the account signs out everywhere, says when it goes, and signing in keeps it', async ({
  page,
  context,
  browser,
  server,
  email,
}) => {
  await signUp(context, email);
  const otherTab = await context.newPage();
  await otherTab.goto(paths.activity);
  const phone = await browser.newContext({ baseURL: server.url });
  await phone.request.post('/api/auth/token', { data: { email, password } });
  const phonePage = await phone.newPage();
  await phonePage.goto(paths.sessions);

  await askToDelete(page);
  await expect(page).toHaveURL(afterLeaving);
  await expect(note(page)).toContainText(/Your account is deleted after \d+ \w+ \d{4}, \d\d:\d\d UTC/);
  await expect(otherTab).toHaveURL(loginPath(paths.activity));
  await phonePage.goto(paths.sessions);
  await expect(phonePage).toHaveURL(loginPath(paths.sessions));
  await expect(note(phonePage)).toContainText('The deletion of this account was asked for');

  await signInByHand(phonePage, email, password);
  await expect(phonePage).toHaveURL(paths.sessions);
  await phonePage.goto(paths.account);
  await expect(note(phonePage)).toContainText('Your account stays');
  await phonePage.goto(paths.activity);
  await expect(phonePage.getByText('You signed in, and so kept this account')).toBeVisible();
  await phone.close();
});

test('who comes back at once lands where they are told that the account stays', async ({ page, context, email }) => {
  await signUp(context, email);
  await askToDelete(page);
  await expect(page).toHaveURL(afterLeaving);
  await signInByHand(page, email, password);
  await expect(page).toHaveURL(paths.account);
  await expect(note(page)).toContainText('Your account stays');
});

test('keeping the account is one press away, and nothing has changed', async ({ page, context, email }) => {
  await signUp(context, email);
  await page.goto(paths.account);
  await page.getByRole('button', { name: 'Delete account' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep account' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Delete account' })).toBeFocused();
  await page.goto(landing);
  await expect(page).toHaveURL(landing);
});

test('some time after signing in, both ask for the password, and go on by themselves', async ({
  page,
  context,
  server,
  email,
}) => {
  await signUp(context, email);
  await page.goto(paths.account);
  makeStale(server, email);
  const confirm = async () => {
    const dialog = page.getByRole('dialog', { name: 'Confirm it is you' });
    await dialog.getByLabel('Password', { exact: true }).fill(password);
    await dialog.getByRole('button', { name: 'Confirm' }).click();
  };
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download your data' }).click();
  await confirm();
  await downloading;
  makeStale(server, email);
  await page.getByRole('button', { name: 'Delete account' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete account' }).click();
  await confirm();
  await expect(page).toHaveURL(afterLeaving);
});

test('who does not say that it is them keeps the account, and gets no file', async ({
  page,
  context,
  server,
  email,
}) => {
  await signUp(context, email);
  await page.goto(paths.account);
  makeStale(server, email);
  const giveUp = async () => {
    const dialog = page.getByRole('dialog', { name: 'Confirm it is you' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByRole('dialog')).toHaveCount(0);
  };
  await page.getByRole('button', { name: 'Download your data' }).click();
  await giveUp();
  await page.getByRole('button', { name: 'Delete account' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete account' }).click();
  await giveUp();
  await page.goto(landing);
  await expect(page).toHaveURL(landing);
});

test('the data come as a file with a name that tells no address, and by no request but an authenticated one', async ({
  page,
  context,
  email,
}) => {
  await signUp(context, email);
  await page.goto(paths.account);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download your data' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^latchkey-\d{4}-\d\d-\d\d\.json$/);
  const data = personExport.parse(JSON.parse(readFileSync(await download.path(), 'utf8')));
  expect(data.account.email).toBe(email);
  expect(data.sessions).toHaveLength(1);
  const exports = asked.filter((url) => new URL(url).protocol !== 'blob:' && url.includes('export'));
  expect(exports).toHaveLength(1);
  await expect(page.getByRole('button', { name: 'Download your data' })).not.toHaveAttribute('aria-busy', 'true');
});

test('with the keyboard alone an account is deleted, and kept again', async ({ page, context, email }) => {
  await signUp(context, email);
  await page.goto(paths.account);
  await tabTo(page, 'Delete account');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Delete your account?' });
  await expect(dialog.getByRole('button', { name: 'Keep account' })).toBeFocused();
  await tabTo(page, 'Delete account');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(afterLeaving);
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
  await tabTo(page, 'Email');
  await page.keyboard.type(email);
  await tabTo(page, 'Password');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(paths.account);
});

test('a link says of an account no more than a time to come', async ({ page }) => {
  for (const left of ['<b>x</b>', '2020-01-01T00:00:00.000Z', 'your account was hacked', '9999-99-99T99:99:99.999Z']) {
    await page.goto(`/login?left=${encodeURIComponent(left)}`);
    await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
    await expect(note(page)).toHaveCount(0);
  }
});

test.describe('where accounts are deleted at once', () => {
  test.use({ settings: { ACCOUNT_DELETE_DAYS: '0' } });

  test('it says so before and after', async ({ page, context, email }) => {
    await signUp(context, email);
    await page.goto(paths.account);
    await page.getByRole('button', { name: 'Delete account' }).click();
    await expect(page.getByRole('dialog')).toContainText('deleted at once. Nothing brings it back.');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete account' }).click();
    await expect(page).toHaveURL('/login?left=gone');
    await expect(note(page)).toContainText('Your account and everything in it is deleted.');
    await signInByHand(page, email, password);
    await expect(page.getByRole('alert').filter({ hasText: 'wrong' })).toBeVisible();
  });
});
