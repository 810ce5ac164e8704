import type { Page } from '@playwright/test';
import { expect, password, signUp, test } from './fixtures.ts';
import { makeTasks } from './states.ts';

/** The person's session ends on the server, by another device's doing, while the page is open. */
async function endSession(page: Page): Promise<void> {
  const { request } = page.context();
  const token = (await (await request.get('/api/auth/session')).json()).access_token;
  const headers = { Authorization: `Bearer ${token}` };
  const { session_id: id } = await (await request.get('/api/me', { headers })).json();
  const ended = await page.evaluate(
    async ([path, bearer]) =>
      (await fetch(path, { method: 'DELETE', headers: { Authorization: bearer }, credentials: 'omit' })).status,
    [`/api/auth/sessions/${id}`, headers.Authorization] as const,
  );
  expect(ended).toBe(204);
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

function stored(page: Page): Promise<number> {
  return page.evaluate(() => localStorage.length + sessionStorage.length);
}

test('a task that could not be added stands in its field again after signing in', async ({
  signedInPage: page,
  email,
}) => {
  await expect(page.getByRole('button', { name: 'Add' })).toBeEnabled();
  await endSession(page);
  await page.getByLabel('New task').fill('Buy milk');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page).toHaveURL('/login?next=%2Ftasks');
  await signIn(page, email);
  await expect(page).toHaveURL('/tasks');
  await expect(page.getByLabel('New task')).toHaveValue('Buy milk');
  await expect(page.getByRole('status')).toContainText('What you were writing is back.');
  expect(await stored(page)).toBe(0);
});

test('an edit that could not be saved stands there again after signing in', async ({ signedInPage: page, email }) => {
  await makeTasks(page, [{ title: 'Buy milk' }]);
  await page.goto('/tasks');
  await page.getByRole('link', { name: 'Buy milk' }).click();
  await expect(page.getByRole('button', { name: 'Save' })).toBeEnabled();
  await endSession(page);
  await page.getByLabel('Title').fill('Buy bread');
  await page.getByLabel('Description').fill('Rye,\nif they have it');
  await page.getByLabel('Deadline').fill('2030-01-31');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL(/\/login\?next=/);
  await signIn(page, email);
  await expect(page.getByLabel('Title')).toHaveValue('Buy bread');
  await expect(page.getByLabel('Description')).toHaveValue('Rye,\nif they have it');
  await expect(page.getByLabel('Deadline')).toHaveValue('2030-01-31');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Saved.' })).toBeVisible();
});

test('another person who signs in there finds nothing of it', async ({
  signedInPage: page,
  browser,
  server,
  email,
}) => {
  const other = await browser.newContext({ baseURL: server.url });
  await signUp(other, `other-${email}`);
  await other.close();
  await expect(page.getByRole('button', { name: 'Add' })).toBeEnabled();
  await endSession(page);
  await page.getByLabel('New task').fill('A private thing');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page).toHaveURL('/login?next=%2Ftasks');
  await signIn(page, `other-${email}`);
  await expect(page.getByRole('button', { name: 'Add' })).toBeEnabled();
  await expect(page.getByLabel('New task')).toHaveValue('');
  expect(await stored(page)).toBe(0);
});

test('who signs out leaves nothing behind, in no tab', async ({ signedInPage: page, context }) => {
  const second = await context.newPage();
  await second.goto('/tasks');
  for (const tab of [page, second]) {
    await expect(tab.getByRole('button', { name: 'Add' })).toBeEnabled();
    await tab.getByLabel('New task').fill('A private thing');
  }
  await page.getByRole('button', { name: 'Sign out' }).click();
  for (const tab of [page, second]) {
    await expect(tab).toHaveURL(/\/login/);
    expect(await stored(tab)).toBe(0);
  }
});

test('a password that was typed is never kept', async ({ signedInPage: page }) => {
  await page.goto('/account');
  await expect(page.getByRole('button', { name: 'Change password' })).toBeEnabled();
  await endSession(page);
  await page.getByLabel('Current password').fill(password);
  await page.getByLabel('New password').fill('other unrelated words');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page).toHaveURL(/\/login\?next=/);
  expect(await stored(page)).toBe(0);
});
