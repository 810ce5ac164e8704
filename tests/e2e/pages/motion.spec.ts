import type { Page, Route } from '@playwright/test';
import { paths } from '#lib/core/routes.ts';
import { expect, signUp, test } from '#tests/e2e/fixtures.ts';
import { callByHand, openTab } from '#tests/e2e/network-fixtures.ts';

test('who wants no motion gets none, not on the landing page and not by a message', async ({ context, email }) => {
  await signUp(context, email);
  const page = await openTab(context);
  const moving = () => page.evaluate(() => document.getAnimations().length);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await callByHand(page);
  expect(await moving()).toBe(0);
  await page.goto('/');
  expect(await moving()).toBe(0);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.goto('/');
  expect(await moving()).toBeGreaterThan(0);
});

/** Requests for such an address wait until one is let go. */
async function holdBack(page: Page, address: string) {
  const waiting: Route[] = [];
  await page.route(address, (route) => void waiting.push(route));
  return {
    async letGo(): Promise<void> {
      await expect.poll(() => waiting.length).toBe(1);
      await waiting.pop()?.continue();
    },
  };
}

test('a page that takes its time shows a line meanwhile, and none to who wants no motion', async ({
  context,
  email,
}) => {
  await signUp(context, email);
  const page = await openTab(context, paths.sessions);
  const account = await holdBack(page, '**/account?_rsc*');
  const line = page.locator('.progress');
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.getByRole('link', { name: 'Account' }).click();
  await expect(line).toBeVisible();
  await account.letGo();
  await expect(page.getByRole('heading', { name: 'Account', exact: true })).toBeVisible();
  await expect(line).toBeHidden();
  await page.getByRole('navigation').getByRole('link', { name: 'Sessions' }).click();
  await expect(page.getByText('This device')).toBeVisible();
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.getByRole('link', { name: 'Account' }).click();
  await expect(line).toBeAttached();
  await expect(line).toBeHidden();
  await account.letGo();
  await expect(page.getByRole('heading', { name: 'Account', exact: true })).toBeVisible();
});
