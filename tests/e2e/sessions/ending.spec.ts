import { landing, loginPath, paths } from '#lib/core/routes.ts';
import { expect, password, signUp, test } from '#tests/e2e/fixtures.ts';
import { openTab } from '#tests/e2e/network-fixtures.ts';

test('a session that is ended from another device is over there', async ({ context, browser, server, email }) => {
  await signUp(context, email);
  const phone = await browser.newContext({ baseURL: server.url });
  await phone.request.post('/api/auth/token', { data: { email, password } });
  const phonePage = await openTab(phone);

  const page = await openTab(context);
  await page.getByRole('button', { name: 'End session' }).click();
  await expect(page.getByRole('button', { name: 'End session' })).toBeHidden();
  await expect(page.getByRole('status').filter({ hasText: 'is signed out' })).toBeVisible();
  await phonePage.getByRole('button', { name: 'End all other sessions' }).click();
  await expect(phonePage).toHaveURL(loginPath(paths.sessions));
  await phone.close();
});

test('signing out everywhere asks first, then ends this session too', async ({ context, email }) => {
  await signUp(context, email);
  const page = await openTab(context);
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click();
  await expect(page).toHaveURL(/\/login/);
  await page.goto(landing);
  await expect(page).toHaveURL(loginPath(landing));
});
