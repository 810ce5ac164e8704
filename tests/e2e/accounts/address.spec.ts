import type { Page } from '@playwright/test';
import { paths } from '#lib/core/routes.ts';
import { expect, password, signInByHand, test } from '#tests/e2e/fixtures.ts';

/** Leads to the sign-in page, without the cookies. A page that finds its session gone leaves by itself, and would cross this. */
async function signedOut(page: Page): Promise<void> {
  await page.goto('about:blank');
  await page.context().clearCookies();
  await page.goto(paths.login);
}

test('an address at a domain in letters is one account however it is spelt, and shown in letters', async ({
  page,
  email,
}) => {
  const [name] = email.split('@');
  await page.goto(paths.register);
  await page.getByLabel('Email').fill(`${name}@faß.example`);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  for (const domain of ['xn--fa-hia.example', 'FAß.example']) {
    await page.waitForURL((url) => url.pathname !== paths.register && url.pathname !== paths.login);
    await page.goto(paths.account);
    await expect(page.getByText(`${name}@faß.example`, { exact: true })).toBeVisible();
    await signedOut(page);
    await signInByHand(page, `${name}@${domain}`);
  }
  await page.waitForURL((url) => url.pathname !== paths.login);
  await signedOut(page);
  await signInByHand(page, `${name}@fass.example`);
  await expect(page.getByRole('alert').filter({ hasText: 'wrong' })).toBeVisible();
});
