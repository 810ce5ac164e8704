/** One person's account from its first day to its last, by the pages alone, with every mail over real SMTP. */
import { readFileSync } from 'node:fs';
import { landing, paths } from '#lib/core/routes.ts';
import { expect, password, signInByHand } from '#tests/e2e/fixtures.ts';
import { codeIn } from '#tests/support/received-mail.ts';
import { mailSettings } from '#tests/support/smtp.ts';
import { test as base, change, mailedLink, mailTo, takeBack } from './changing-email.ts';
import { askedForCode, required, typeCode } from './verified.ts';

const test = base.extend({ settings: async ({ smtp }, use) => use({ ...mailSettings(smtp), ...required }) });
test.describe.configure({ timeout: 120_000 });

const chosen = 'quite different unrelated words';
const last = 'yet another handful of words';

test('a person signs up, forgets the password, moves, is robbed, takes it back, takes the data along and leaves', async ({
  page,
  browser,
  server,
  smtp,
  email,
}) => {
  const [moved, thief] = [`moved-${email}`, `thief-${email}`];
  const phone = await browser.newContext({ baseURL: server.url });
  const phonePage = await phone.newPage();

  await askedForCode(page, email);
  await typeCode(page, codeIn(await mailTo(smtp, email, 'Your code for Latchkey')));
  await expect(page).toHaveURL(landing);

  await phonePage.goto(paths.login);
  await phonePage.getByRole('link', { name: 'Forgot your password?' }).click();
  await phonePage.getByLabel('Email').fill(email);
  await phonePage.getByRole('button', { name: 'Send a link' }).click();
  await phonePage.goto(await mailedLink(smtp, email, 'Set a new password'));
  await phonePage.getByLabel('New password').fill(chosen);
  await phonePage.getByRole('button', { name: 'Set password' }).click();
  await phonePage.getByRole('link', { name: 'Sign in with it' }).click();
  await signInByHand(phonePage, email, chosen);
  await expect(phonePage).toHaveURL(landing);

  await change(phonePage, smtp, email, moved);
  // Whoever has the phone now gives the account another address; its owner has the link in the mail at home.
  const link = await change(phonePage, smtp, moved, thief);
  await page.goto(link);
  await takeBack(page, moved);
  await expect(page.getByRole('status')).toContainText('The address is yours again.');
  await phonePage.goto(paths.account);
  await expect(phonePage.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
  await page.goto(await mailedLink(smtp, moved, 'Set a new password'));
  await page.getByLabel('New password').fill(last);
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByRole('link', { name: 'Sign in with it' }).click();
  await signInByHand(page, moved, last);
  await expect(page).toHaveURL(landing);

  await page.goto(paths.account);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download your data' }).click();
  const data = JSON.parse(readFileSync(await (await download).path(), 'utf8'));
  expect(data.account).toMatchObject({ email: moved });
  expect(JSON.stringify(data)).not.toContain(password);
  await page.getByRole('button', { name: 'Delete account' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete account' }).click();
  await expect(page.getByRole('note')).toContainText('Your account is deleted after');
  expect((await mailTo(smtp, moved, 'Your account will be deleted')).text).toContain('sign in before then');
  await phone.close();
});
