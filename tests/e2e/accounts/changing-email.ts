/** Browser tests of a change of address, whose mails come over real SMTP. */
import type { Page } from '@playwright/test';
import { paths } from '#lib/core/routes.ts';
import { test as base, expect } from '#tests/e2e/fixtures.ts';
import { codeIn, linkIn } from '#tests/support/received-mail.ts';
import { mailSettings, type RunningSmtp, startSmtp } from '#tests/support/smtp.ts';

interface WorkerFixtures {
  smtp: RunningSmtp;
}

/** The app mails by an SMTP server of this process, and signing up is as without mail. */
export const test = base.extend<object, WorkerFixtures>({
  smtp: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
    async ({}, use) => {
      const smtp = await startSmtp();
      await use(smtp);
      await smtp.stop();
    },
    { scope: 'worker' },
  ],
  settings: async ({ smtp }, use) => use(mailSettings(smtp)),
});

/** Waits for the newest mail with this subject to an address. */
export async function mailTo(smtp: RunningSmtp, address: string, subject: string) {
  const find = () =>
    smtp.mails.findLast(({ to, headers }) => to.includes(address) && headers.get('subject') === subject);
  await expect.poll(find, { message: `a mail to ${address}: ${subject}` }).toBeDefined();
  return find() ?? { text: '' };
}

export const mailedCode = async (smtp: RunningSmtp, address: string) =>
  codeIn(await mailTo(smtp, address, 'Confirm this address'));

export async function mailedLink(smtp: RunningSmtp, address: string, subject = 'Your address was changed') {
  const url = new URL(linkIn(await mailTo(smtp, address, subject)));
  return url.pathname + url.hash;
}

/** Opens the account, and asks there for another address. */
export async function ask(page: Page, email: string): Promise<void> {
  await page.goto(paths.account);
  await expect(page.getByRole('button', { name: 'Change email' })).toBeEnabled();
  await page.getByLabel('New email').fill(email);
  await page.getByRole('button', { name: 'Change email' }).click();
}

export async function typeCode(page: Page, code: string): Promise<void> {
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Confirm' }).click();
}

/** Changes the address of whoever is signed in. Returns the way to undo it, as it was mailed to the old one. */
export async function change(page: Page, smtp: RunningSmtp, from: string, to: string): Promise<string> {
  await ask(page, to);
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
  await typeCode(page, await mailedCode(smtp, to));
  await expect(page.getByRole('definition').filter({ hasText: to })).toBeVisible();
  return mailedLink(smtp, from);
}

export async function takeBack(page: Page, email: string): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Take the address back' }).click();
}
