/** What asks for a fresh sign-in, on a page: another address for the account. */
import { expect, type Page } from '@playwright/test';
import { paths } from '#lib/core/routes.ts';

export const stepUp = 'POST /api/auth/step-up';
export const asks = 'POST /api/auth/email';
export const newEmail = 'elsewhere@example.org';

export const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Confirm it is you' });
export const askButton = (page: Page) => page.getByRole('button', { name: 'Change email' });

/** Opens the account, and resolves when its form can be sent. */
export async function openAccount(page: Page): Promise<void> {
  await page.goto(paths.account);
  await expect(askButton(page)).toBeEnabled();
}

/** Types another address, and sends it. */
export async function ask(page: Page, email = newEmail): Promise<void> {
  await page.getByLabel('New email').fill(email);
  await askButton(page).click();
}

/** Types a password into the dialog, and sends it. */
export async function confirmWith(page: Page, word: string): Promise<void> {
  await dialogOf(page).getByLabel('Password', { exact: true }).fill(word);
  await dialogOf(page).getByRole('button', { name: 'Confirm', exact: true }).click();
}

/** Resolves when what was asked for was done, without a dialog. */
export async function expectDone(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
  await expect(dialogOf(page)).toHaveCount(0);
}
