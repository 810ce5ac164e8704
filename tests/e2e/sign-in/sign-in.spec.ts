import { loginPath, paths } from '#lib/core/routes.ts';
import { expect, password, signInByHand, signUp, test } from '#tests/e2e/fixtures.ts';

test('a person who was sent to sign in lands where they wanted to go', async ({ page, email, context }) => {
  await signUp(context, email);
  await context.clearCookies();
  await page.goto(paths.sessions);
  await expect(page).toHaveURL(loginPath(paths.sessions));
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(paths.sessions);
  await expect(page.getByText('This device')).toBeVisible();
});

test('a wrong password says so and keeps what was typed', async ({ page, email, context }) => {
  await signUp(context, email);
  await context.clearCookies();
  await page.goto('/login');
  await signInByHand(page, email, 'not the password');
  await expect(page.getByRole('alert').filter({ hasText: 'wrong' })).toBeVisible();
  await expect(page.getByLabel('Email')).toHaveValue(email);
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('not the password');
});
