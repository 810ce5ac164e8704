import { landing, paths } from '#lib/core/routes.ts';
import { expect, password, signInByHand, signUp, test } from '#tests/e2e/fixtures.ts';
import { faultsOf, openTranslated } from '#tests/e2e/translate.ts';

test('pages that the browser translates can be used by those who are not signed in', async ({ page, email }) => {
  const faults = faultsOf(page);
  const alert = (words: string) => expect(page.getByRole('alert').filter({ hasText: words })).toBeVisible();
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

  await openTranslated(page, '/', 'Copy “npm ci && npm start”');
  await page.getByTitle('Dark').click();
  await page.getByText('Pause').click();

  await openTranslated(page, '/reset#not-a-link-of-ours', 'Set password');
  await page.getByLabel('New password').fill('short');
  await press('Set password');
  await alert('One thing needs another look.');
  await page.getByLabel('New password').fill(password);
  await press('Set password');
  await alert('for a new one');

  await page.getByRole('link', { name: 'Get a new link' }).click();
  await openTranslated(page, paths.forgot, 'Send a link');
  await press('Send a link');
  await alert('One thing needs another look.');
  await page.getByLabel('Email').fill(email);
  await press('Send a link');
  await expect(page.getByRole('status')).toContainText('is on its way');

  await openTranslated(page, paths.login, 'Sign in');
  await press('Sign in');
  await alert('2 things need another look.');
  await signInByHand(page, email, 'not the password');
  await alert('The email or the password is wrong.');
  await page.getByLabel('Email').fill('');
  await press('Sign in');
  await alert('One thing needs another look.');
  await expect(page.getByText('Enter your email address.')).toBeVisible();
  await page.getByLabel('Email').fill('nowhere');
  await press('Sign in');
  await expect(page.getByText('Enter an email address like')).toBeVisible();
  await expect(page.getByText('Enter your email address.')).toBeHidden();

  await openTranslated(page, paths.register, 'Create account');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill('short');
  await expect(page.getByText('7 more characters.')).toBeVisible();
  await press('Show password');
  await press('Create account');
  await alert('One thing needs another look.');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await press('Create account');
  await expect(page).toHaveURL(landing);
  expect(faults).toEqual([]);
});

test('pages that the browser translates can be used by those who are signed in', async ({ page, context, email }) => {
  const faults = faultsOf(page);
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const said = (words: string) => expect(page.getByRole('status')).toContainText(words);
  await signUp(context, email);
  const cookies = await context.cookies();
  await context.clearCookies();
  await page.request.post('/api/auth/token', { data: { email, password } });
  await context.clearCookies();
  await context.addCookies(cookies);

  await openTranslated(page, paths.sessions, 'End all other sessions');
  await press('End session');
  await said('is signed out.');
  await press('End all other sessions');
  await said('This is the only device that is signed in.');
  await page.getByRole('link', { name: 'See what happened lately' }).click();
  await expect(page.getByText('You created this account')).toBeVisible();
  await page.getByRole('link', { name: 'Back', exact: true }).click();

  await openTranslated(page, paths.security, 'Change password');
  await press('Change password');
  await expect(page.getByText('2 things need another look.')).toBeVisible();
  await page.getByLabel('Current password').fill('not the password');
  await page.getByLabel('New password').fill('other unrelated words');
  await press('Change password');
  await expect(page.getByText('One thing needs another look.')).toBeVisible();
  await page.getByLabel('Current password').fill(password);
  await press('Change password');
  await said('Password changed.');

  await context.setOffline(true);
  await press('Sign out');
  await expect(page.getByRole('alert').filter({ hasText: 'You are still signed in.' })).toBeVisible();
  await context.setOffline(false);
  await openTranslated(page, '/no/such/page', 'Sign out');
  await press('Sign out');
  await expect(page).toHaveURL(/\/login/);
  expect(faults).toEqual([]);
});
