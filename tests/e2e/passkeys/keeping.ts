/** Keeping passkeys, as a person does it on the page about security. */
import { expect, type Locator, type Page } from '@playwright/test';
import { paths } from '#lib/core/routes.ts';
import { virtualAuthenticator } from './authenticator.ts';

export const addButton = (page: Page): Locator => page.getByRole('button', { name: 'Add a passkey' });

/** The passkeys that are listed. */
export const cards = (page: Page): Locator =>
  page.getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Rename' }) });

/** Opens the page, and resolves when a passkey can be added. */
export async function openPasskeys(page: Page): Promise<void> {
  await page.goto(paths.security);
  await expect(addButton(page)).toBeEnabled();
}

/** Adds a passkey, and gives it a name. */
export async function addPasskey(page: Page, name: string): Promise<void> {
  await addButton(page).click();
  await page.getByLabel('Name of this passkey').fill(name);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name, exact: true })).toBeVisible();
}

/** Asks to remove the first passkey, and means it. */
export async function removeFirst(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Remove', exact: true }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
}

/** Goes through the states of adding, naming, having and removing a passkey, for somebody who is signed in. */
export async function walkPasskeys(page: Page, look: (state: string) => Promise<void>): Promise<void> {
  const { session, id } = await virtualAuthenticator(page);
  await openPasskeys(page);
  await addButton(page).click();
  await expect(page.getByLabel('Name of this passkey')).toBeFocused();
  await look('naming a passkey');
  await page.getByLabel('Name of this passkey').fill(' ');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Enter a name.')).toBeVisible();
  await look('naming a passkey, with a mistake');
  await page.getByRole('button', { name: 'Leave it' }).click();
  await look('a passkey');
  await addButton(page).click();
  await expect(page.getByRole('alert').filter({ hasText: 'This device has a passkey' })).toBeVisible();
  await look('a passkey that is there already');
  await session.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: false });
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await look('removing a passkey');
}
