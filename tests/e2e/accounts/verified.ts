/** Signing up where addresses are verified. The mails are read in the outbox, as whoever has no SMTP server reads them. */
import type { Page } from '@playwright/test';
import { paths } from '#lib/core/routes.ts';
import { expect, password } from '#tests/e2e/fixtures.ts';
import { HttpClient } from '#tests/support/http-client.ts';
import type { RunningServer } from '#tests/support/server.ts';

export const required = { EMAIL_VERIFICATION: 'required' };

/** Fills in the form that the page shows, and sends it. */
export async function fillIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
}

/** Signs up as far as the page that asks for the code. */
export async function askedForCode(page: Page, email: string, path: string = paths.register): Promise<void> {
  await page.goto(path);
  await fillIn(page, email);
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Confirm' })).toBeEnabled();
}

export async function typeCode(page: Page, code: string): Promise<void> {
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Confirm' }).click();
}

/** Reads the newest code for an address, on another device. */
export async function mailedCode({ port }: RunningServer, email: string): Promise<string> {
  const device = new HttpClient(port);
  const read = async () => codeIn((await device.visit(paths.outbox)).body, email);
  await expect.poll(read).toMatch(/^\d{4} \d{4}$/);
  return read();
}

/** Finds the code of the newest mail to an address in the HTML of the outbox. */
function codeIn(html: string, email: string): string {
  const mail = html.split('<article').find((one) => one.includes(`To ${email}<`));
  return /\b\d{4} \d{4}\b/.exec(mail?.replace(/<[^>]*>/g, '|') ?? '')?.[0] ?? '';
}

/** Makes a code that is another one. */
export function another(code: string): string {
  return code.replace(/\d/, (digit) => String((Number(digit) + 1) % 10));
}
