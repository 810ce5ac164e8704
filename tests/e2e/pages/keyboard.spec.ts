import { landing, paths } from '#lib/core/routes.ts';
import { expect, password, takenOver, test } from '#tests/e2e/fixtures.ts';
import { tabTo } from './tab-to.ts';

// What a person does in between is shown where its feature's tests are.
test('a keyboard is enough for signing up, for ending other sessions, and for signing out', async ({ page, email }) => {
  const { keyboard } = page;
  await page.goto('/');
  await tabTo(page, 'Create an account');
  await keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Create account' })).toBeEnabled();
  await tabTo(page, 'Email');
  await keyboard.type(email);
  await tabTo(page, 'Password');
  await keyboard.type(password);
  await keyboard.press('Enter');
  await expect(page).toHaveURL(landing);

  const tokenTaken = page.waitForResponse((answer) => answer.url().endsWith('/api/auth/session'));
  await page.goto(paths.account);
  await tokenTaken;
  await tabTo(page, 'Sessions');
  await keyboard.press('Enter');
  await expect(page.getByText('This device')).toBeVisible();
  await tabTo(page, 'End all other sessions');
  await keyboard.press('Enter');
  await expect(page.getByRole('status')).toContainText('This is the only device that is signed in.');
  await page.reload();
  await takenOver(page);
  await tabTo(page, 'Sign out');
  await keyboard.press('Enter');
  await expect(page).toHaveURL(/\/login/);
});
