import { api, landing, paths } from '#lib/core/routes.ts';
import { expect, password, signInByHand, signUp, takenOver, test } from '#tests/e2e/fixtures.ts';
import { changesOf, pressTwice } from '#tests/e2e/twice.ts';

test('a form that is sent twice in one task, and a button that is pressed so, act once', async ({ page, email }) => {
  const changes = changesOf(page);
  const button = (name: string) => page.getByRole('button', { name, exact: true });

  await page.goto(paths.register);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await expect(button('Create account')).toBeEnabled();
  await pressTwice(button('Create account'));
  await expect(page).toHaveURL(landing);

  await page.goto(paths.sessions);
  await expect(page.getByText('This device')).toBeVisible();
  await takenOver(page);
  await pressTwice(button('End all other sessions'));
  await expect(page.getByRole('status')).toContainText('This is the only device that is signed in.');

  await page.goto(paths.security);
  await page.getByLabel('Current password').fill(password);
  await page.getByLabel('New password').fill('other unrelated words');
  await expect(button('Change password')).toBeEnabled();
  await pressTwice(button('Change password'));
  await expect(page.getByRole('status')).toContainText('Password changed.');
  await pressTwice(button('Sign out'));
  await expect(page).toHaveURL(/\/login/);

  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill('other unrelated words');
  await expect(button('Sign in')).toBeEnabled();
  await pressTwice(button('Sign in'));
  await expect(page).toHaveURL(landing);
  await page.goto(paths.sessions);
  await expect(page.getByText('This device')).toBeVisible();
  await takenOver(page);
  await button('Sign out everywhere').click();
  await pressTwice(page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }));
  await expect(page).toHaveURL(/\/login/);

  expect(changes).toEqual([
    `POST ${api.register}`,
    `DELETE ${api.sessions}`,
    `POST ${api.password}`,
    `POST ${api.logout}`,
    `POST ${api.token}`,
    `DELETE ${api.sessions}`,
  ]);
});

test('a form that is left for what brings no page can be sent again after ten seconds', async ({
  page,
  context,
  email,
}) => {
  await signUp(context, email);
  await context.clearCookies();
  await page.clock.install();
  await page.route(landing, (route) => route.fulfill({ status: 204 }));
  await page.goto(paths.login);
  const left = page.waitForRequest((request) => request.isNavigationRequest() && request.url().endsWith(landing));
  await signInByHand(page, email);
  await left;
  const button = page.getByRole('button', { name: 'Signing in' });
  await expect(button).toHaveAttribute('aria-busy', 'true');
  await page.clock.fastForward(10_000);
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
});
