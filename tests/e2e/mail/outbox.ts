import type { Locator, Page } from '@playwright/test';
import { paths } from '#lib/core/routes.ts';
import { expect } from '#tests/e2e/fixtures.ts';
import type { HttpClient } from '#tests/support/http-client.ts';

/** Opens the outbox, again until the newest mail of this subject to this address is in it, and returns that. */
export async function openMail(page: Page, email: string, subject = 'Set a new password'): Promise<Locator> {
  const heading = page.getByRole('heading', { name: subject, exact: true });
  const mail = page
    .getByRole('article')
    .filter({ hasText: `To ${email}`, has: heading })
    .first();
  await expect(async () => {
    await page.goto(paths.outbox);
    await expect(mail).toBeVisible({ timeout: 500 });
  }).toPass();
  return mail;
}

/** Asks for a mail to this address, and for the outbox until it is there. Returns the link that it brings. */
export async function mailedLink(client: HttpClient, email: string): Promise<string> {
  const { status } = await client.send('POST', '/api/auth/password/forgot', { json: { email } });
  expect(status).toBe(202);
  const ofMail = () => client.visit(paths.outbox).then(({ body }) => linkIn(body, email));
  await expect.poll(ofMail).toMatch(/^http/);
  return ofMail();
}

/** Finds the link of the newest mail to an address in the HTML of the outbox. */
function linkIn(html: string, email: string): string {
  const mail = html.split('<article').find((one) => one.includes(`To ${email}<`));
  return /href="(http[^"]+\/reset#[^"]+)"/.exec(mail ?? '')?.[1] ?? '';
}
