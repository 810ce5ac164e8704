import { expect, signInByHand, signUp, test } from '#tests/e2e/fixtures.ts';
import { endSession, stored } from '#tests/e2e/page-storage.ts';
import { makeTasks } from './make-tasks.ts';

test('a task that could not be added stands in its field again after signing in', async ({
  signedInPage: page,
  email,
}) => {
  await expect(page.getByRole('button', { name: 'Add' })).toBeEnabled();
  await endSession(page);
  await page.getByLabel('New task').fill('Buy milk');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page).toHaveURL('/login?next=%2Ftasks');
  await signInByHand(page, email);
  await expect(page).toHaveURL('/tasks');
  await expect(page.getByLabel('New task')).toHaveValue('Buy milk');
  await expect(page.getByRole('status')).toContainText('What you were writing is back.');
  expect(await stored(page)).toBe(0);
});

test('an edit that could not be saved stands there again after signing in', async ({ signedInPage: page, email }) => {
  await makeTasks(page.context(), [{ title: 'Buy milk' }]);
  await page.goto('/tasks');
  await page.getByRole('link', { name: 'Buy milk' }).click();
  await expect(page.getByRole('button', { name: 'Save' })).toBeEnabled();
  await endSession(page);
  await page.getByLabel('Title').fill('Buy bread');
  await page.getByLabel('Description').fill('Rye,\nif they have it');
  await page.getByLabel('Deadline').fill('2030-01-31');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL(/\/login\?next=/);
  await signInByHand(page, email);
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
  await signInByHand(page, `other-${email}`);
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
