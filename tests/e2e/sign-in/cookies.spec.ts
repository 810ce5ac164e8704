import type { Page } from '@playwright/test';
import { api, paths } from '#lib/core/routes.ts';
import { expect, password, signInByHand, signUp, test } from '#tests/e2e/fixtures.ts';
import { changesOf } from '#tests/e2e/twice.ts';

async function signUpByHand(page: Page, email: string): Promise<void> {
  await page.goto(paths.register);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
}

test('where the browser says that it blocks cookies, the forms say so, and no account is made', async ({
  page,
  email,
}) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'cookieEnabled', { value: false }));
  const changes = changesOf(page);
  const said = page.getByRole('alert').filter({ hasText: 'Your browser keeps no cookies for this site.' });
  await signUpByHand(page, email);
  await expect(said).toContainText('Allow cookies for this site');
  await page.goto(paths.login);
  await signInByHand(page, email);
  await expect(said).toBeVisible();
  await expect(page.getByLabel('Email')).toHaveValue(email);
  expect(changes).toEqual([]);
});

test('where the cookies of a sign-in do not stay, the form says so, and no session is left behind', async ({
  page,
  context,
  browser,
  server,
  email,
}) => {
  await signUp(context, email);
  await context.clearCookies();
  for (const path of [api.token, api.register]) {
    await page.route(path, async (route) => {
      const response = await route.fetch();
      await context.clearCookies();
      const { 'set-cookie': _, ...headers } = response.headers();
      await route.fulfill({ response, headers });
    });
  }
  const said = page.getByRole('alert').filter({ hasText: 'your browser did not keep the cookie' });
  const ended = page.waitForResponse((response) => response.request().method() === 'DELETE');
  await page.goto(paths.login);
  await signInByHand(page, email);
  await expect(said).toContainText('Allow cookies for this site');
  expect((await ended).status()).toBe(204);
  await expect(page).toHaveURL(paths.login);
  await signUpByHand(page, `other-${email}`);
  await expect(said).toBeVisible();

  const other = await browser.newContext({ baseURL: server.url });
  const { access_token } = await (await other.request.post(api.token, { data: { email, password } })).json();
  const sessions = await other.request.get(api.sessions, { headers: { Authorization: `Bearer ${access_token}` } });
  // The one of signing up, whose cookies were thrown away, and this one.
  expect((await sessions.json()).items).toHaveLength(2);
  await other.close();
});
