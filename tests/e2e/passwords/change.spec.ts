import { landing, loginPath, paths } from '#lib/core/routes.ts';
import { expect, password, signUp, test } from '#tests/e2e/fixtures.ts';
import { endSession, stored } from '#tests/e2e/page-storage.ts';

test('changing the password signs the other devices out and this one stays', async ({
  page,
  context,
  browser,
  server,
  email,
}) => {
  await signUp(context, email);
  const phone = await browser.newContext({ baseURL: server.url });
  await phone.request.post('/api/auth/token', { data: { email, password } });
  const phonePage = await phone.newPage();
  await phonePage.goto(landing);
  await expect(phonePage).toHaveURL(landing);

  await page.goto(paths.security);
  await page.getByLabel('Current password').fill(password);
  await page.getByLabel('New password').fill('other unrelated words');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByRole('status').filter({ hasText: /password/i })).toBeVisible();
  await page.goto(landing);
  await expect(page).toHaveURL(landing);
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
  await phonePage.goto(landing);
  await expect(phonePage).toHaveURL(loginPath(landing));
  await phone.close();
});

test('a password that was typed is never kept', async ({ page, context, email }) => {
  await signUp(context, email);
  await page.goto(paths.security);
  await expect(page.getByRole('button', { name: 'Change password' })).toBeEnabled();
  await endSession(page);
  await page.getByLabel('Current password').fill(password);
  await page.getByLabel('New password').fill('other unrelated words');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page).toHaveURL(/\/login\?next=/);
  expect(await stored(page)).toBe(0);
});

test('a password manager is led to the page that changes the password, by way of signing in where it must', async ({
  server,
  client,
}) => {
  const { status, headers } = await client.send('GET', '/.well-known/change-password');
  expect([status, headers.location]).toEqual([303, server.url + paths.security]);
  expect((await client.visit(paths.security)).status).toBe(200);
  client.cookies = {};
  expect((await client.send('GET', '/.well-known/change-password')).status).toBe(303);
  expect((await client.visit(paths.security)).headers.location).toContain(loginPath(paths.security));
  // It asks this as well, to learn whether what it was told about the other means anything.
  const other = '/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200';
  expect((await client.visit(other)).status).toBe(404);
});
