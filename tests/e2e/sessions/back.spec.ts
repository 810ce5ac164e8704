import { chromium } from '@playwright/test';
import { paths } from '#lib/core/routes.ts';
import { ensureBrowser } from '#scripts/ensure-browser.ts';
import { expect, signUp, test } from '#tests/e2e/fixtures.ts';

test('after signing out, Back shows nothing private', async ({ server, email, launchOptions }) => {
  // It may have to be downloaded first.
  test.setTimeout(660_000);
  // Playwright switches the back/forward cache off, and a headless shell has none: the very thing that could show an old page.
  const browser = await chromium.launch({
    ...launchOptions,
    executablePath: ensureBrowser('whole'),
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  const context = await browser.newContext({ baseURL: server.url });
  await signUp(context, email);
  const page = await context.newPage();
  await page.goto(paths.account);
  await expect(page.getByText(email)).toBeVisible();
  await page.goto(paths.sessions);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page).toHaveURL(/\/login/);
  for (let steps = 0; steps < 3; steps++) {
    await page.goBack();
    await expect(page).toHaveURL(/\/login|about:blank/);
    await expect(page.getByText('This device')).toBeHidden();
    await expect(page.getByText(email)).toBeHidden();
  }
  await browser.close();
});
