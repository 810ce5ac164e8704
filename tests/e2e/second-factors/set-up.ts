/** Setting up an authenticator app, as a person does it on the page about security. */
import { expect, type Page } from '@playwright/test';
import { paths } from '#lib/core/routes.ts';
import { appCodeOf } from '#tests/support/app-code.ts';

export const setUpButton = (page: Page) => page.getByRole('button', { name: 'Set up an authenticator app' });
export const scanHeading = (page: Page) => page.getByRole('heading', { name: 'Scan this with your authenticator app' });
export const keptHeading = (page: Page) => page.getByRole('heading', { name: 'Keep these recovery codes' });

/** Opens the page, and resolves when an app can be set up. */
export async function openSecurity(page: Page): Promise<void> {
  await page.goto(paths.security);
  await expect(setUpButton(page)).toBeEnabled();
}

/** Reads the key off the page, as somebody does whose app cannot see the picture. */
export async function readKey(page: Page): Promise<string> {
  await expect(scanHeading(page)).toBeFocused();
  return (await page.locator('code').innerText()).replaceAll(' ', '');
}

/** Returns the code that an app with this key shows now. */
export function codeOf(key: string): string {
  return appCodeOf(key, new Date());
}

/** Types the code of an app, and reads the recovery codes that come for it. */
export async function confirmWith(page: Page, key: string): Promise<string[]> {
  await page.getByLabel('Code').fill(codeOf(key));
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(keptHeading(page)).toBeFocused();
  return page
    .getByRole('listitem')
    .filter({ hasText: /^([0-9A-Z]{4} ){5}[0-9A-Z]{4}$/ })
    .allInnerTexts();
}

/** Says that the codes are kept, which is asked before anything goes on. */
export async function keepCodes(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: 'Done' })).toBeDisabled();
  await page.getByLabel('I have kept them').check();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText('10 are left')).toBeVisible();
}

/** Goes through the states of setting up, having and turning off two-step sign-in, for somebody who is signed in. */
export async function walkTwoStep(page: Page, look: (state: string) => Promise<void>): Promise<void> {
  await openSecurity(page);
  await setUpButton(page).click();
  const key = await readKey(page);
  await look('setting an app up');
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByText('Enter the 6 digits in your app.')).toBeVisible();
  await look('setting an app up, with a mistake');
  await confirmWith(page, key);
  await look('recovery codes');
  await keepCodes(page);
  await look('two-step sign-in');
  await page.getByRole('button', { name: 'Turn off' }).click();
  await look('turning two-step sign-in off');
}
