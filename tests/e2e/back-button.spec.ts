import { chromium } from '@playwright/test';
import { expect, signUp, test } from './fixtures.ts';

test('after signing out, Back shows nothing private', async ({ server, email, launchOptions }) => {
  // Playwright switches the back/forward cache off, and with it the very thing that could show an old page.
  const browser = await chromium.launch({ ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  const context = await browser.newContext({ baseURL: server.url });
  await signUp(context, email);
  const page = await context.newPage();
  await page.goto('/tasks');
  await page.getByLabel('New task').fill('A private thing');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByRole('checkbox', { name: 'A private thing' })).toBeVisible();
  await page.goto('/account');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/login/);
  for (let steps = 0; steps < 3; steps++) {
    await page.goBack();
    await expect(page).toHaveURL(/\/login|about:blank/);
    await expect(page.getByText('A private thing')).toBeHidden();
    await expect(page.getByText(email)).toBeHidden();
  }
  await browser.close();
});
