import { expect, password, signUp, test } from '#tests/e2e/fixtures.ts';

test('a person signs up, adds a task, finds it in the first HTML, and signs out', async ({ page, email }) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Create an account' }).first().click();
  await page.getByLabel('Name').fill('Ann');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('heading', { name: 'Tasks' })).toBeVisible();

  await page.getByLabel('New task').fill('Buy milk');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByRole('checkbox', { name: 'Buy milk' })).toBeVisible();
  await expect(async () => expect(await (await page.request.get('/tasks')).text()).toContain('Buy milk')).toPass();

  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/login/);
  await page.goto('/tasks');
  await expect(page).toHaveURL('/login?next=%2Ftasks');
});

test('a task is completed, edited and deleted, and stays so', async ({ signedInPage: page }) => {
  await page.getByLabel('New task').fill('Buy milk');
  await page.getByRole('button', { name: 'Add' }).click();
  const checkbox = page.getByRole('checkbox', { name: 'Buy milk' });
  const saved = page.waitForResponse((response) => response.request().method() === 'PATCH');
  await checkbox.check();
  await saved;
  await page.reload();
  await expect(checkbox).toBeChecked();

  await page.getByRole('link', { name: 'Buy milk' }).click();
  await page.getByLabel('Title').fill('Buy bread');
  await page.getByLabel('Description').fill('Rye, if they have it');
  await page.getByLabel('Deadline').fill('2030-01-31');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status').filter({ hasText: /saved/i })).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Title')).toHaveValue('Buy bread');
  await expect(page.getByLabel('Deadline')).toHaveValue('2030-01-31');

  await page.goto('/tasks');
  await page.getByRole('button', { name: 'Delete Buy bread' }).click();
  await expect(page.getByRole('link', { name: 'Buy bread' })).toBeHidden();
  await expect(async () => expect(await (await page.request.get('/tasks')).text()).not.toContain('Buy bread')).toPass();
});

test('two people never see each other’s tasks', async ({ signedInPage: page, browser, server, email }) => {
  await page.getByLabel('New task').fill('A private thing');
  await page.getByRole('button', { name: 'Add' }).click();
  const link = page.getByRole('link', { name: 'A private thing' });
  await expect(link).toHaveAttribute('href', /\/tasks\/[0-9a-f-]{36}/);
  const path = (await link.getAttribute('href')) ?? '';

  const other = await browser.newContext({ baseURL: server.url });
  await signUp(other, `other-${email}`);
  const theirs = await other.newPage();
  await theirs.goto('/tasks');
  await expect(theirs.getByRole('heading', { name: 'Tasks' })).toBeVisible();
  await expect(theirs.getByText('A private thing')).toBeHidden();
  expect((await theirs.goto(path))?.status()).toBe(404);
  await expect(theirs.getByText('A private thing')).toBeHidden();
  await other.close();
});
