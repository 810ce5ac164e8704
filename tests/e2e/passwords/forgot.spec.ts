import type { Page } from '@playwright/test';
import { api, landing, paths } from '#lib/core/routes.ts';
import { expect, signInByHand, signUp, test } from '#tests/e2e/fixtures.ts';
import { openMail } from '#tests/e2e/mail/outbox.ts';
import { lookAt, open, widths } from '#tests/e2e/pages/look.ts';
import { tabTo } from '#tests/e2e/pages/tab-to.ts';
import { changesOf, pressTwice } from '#tests/e2e/twice.ts';

const chosen = 'quite different unrelated words';
const sent = 'If this address has an account, a mail with a link is on its way to it.';
const alert = (page: Page, words: string) => expect(page.getByRole('alert').filter({ hasText: words })).toBeVisible();

/** Asks for a link on the page that is open, and returns what the page then says. */
async function ask(page: Page, email: string): Promise<string> {
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Send a link' }).click();
  const status = page.getByRole('status');
  await expect(status).toContainText(sent);
  return status.innerText();
}

async function setPassword(page: Page): Promise<void> {
  await page.getByLabel('New password').fill(chosen);
  await page.getByRole('button', { name: 'Set password' }).click();
}

test('somebody who forgot the password is mailed a link, sets a new one with it, and signs in', async ({
  page,
  context,
  email,
}) => {
  await signUp(context, email);
  await context.clearCookies();
  const urls: string[] = [];
  page.on('request', (request) => urls.push(request.url()));
  await open(page, paths.login, 'Sign in');
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await ask(page, email);
  await page.getByRole('link', { name: 'Read the mail in the outbox' }).click();
  await expect(page).toHaveURL(paths.outbox);
  const mail = await openMail(page, email);
  const button = mail.getByRole('link', { name: 'Set a new password', exact: true });
  const address = (await button.getAttribute('href')) ?? '';
  await expect(mail.getByRole('link', { name: address, exact: true })).toBeVisible();

  await button.click();
  await expect(page).toHaveURL(paths.reset);
  await setPassword(page);
  await expect(page.getByRole('status')).toContainText('Your new password is set');
  const secret = new URL(address).hash.slice(1);
  expect(secret.length).toBeGreaterThan(40);
  expect(urls.filter((url) => url.split('#')[0]?.includes(secret))).toEqual([]);
  await page.getByRole('link', { name: 'Sign in with it' }).click();
  await signInByHand(page, email, chosen);
  await expect(page).toHaveURL(landing);

  // The mail tells of what was done with it, and the link is not to be had from it any more.
  await openMail(page, email, 'Your password was reset');
  const used = page.getByRole('article').filter({ hasText: 'The link or the code in this mail was used' });
  await expect(used.filter({ hasText: email })).toBeVisible();
  await page.goto('/');
  await page.goto(address);
  await setPassword(page);
  await alert(page, 'This link was used before');
  await page.getByRole('link', { name: 'Get a new link' }).click();
  await expect(page).toHaveURL(paths.forgot);
});

test('a keyboard is enough for that', async ({ page, context, email }) => {
  const { keyboard } = page;
  await signUp(context, email);
  await context.clearCookies();
  await open(page, paths.login, 'Sign in');
  await tabTo(page, 'Forgot your password?');
  await keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Send a link' })).toBeEnabled();
  await tabTo(page, 'Email');
  await keyboard.type(email);
  await keyboard.press('Enter');
  await expect(page.getByRole('status')).toContainText(sent);
  await tabTo(page, 'Read the mail in the outbox');
  await keyboard.press('Enter');
  await expect(page).toHaveURL(paths.outbox);
  // The newest is the first that Tab comes to.
  await openMail(page, email);
  await tabTo(page, 'Set a new password');
  await keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Set password' })).toBeEnabled();
  await tabTo(page, 'New password');
  await keyboard.type(chosen);
  await keyboard.press('Enter');
  await expect(page.getByRole('status')).toContainText('Your new password is set');
  await tabTo(page, 'Sign in with it');
  await keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
  await tabTo(page, 'Email');
  await keyboard.type(email);
  await tabTo(page, 'Password');
  await keyboard.type(chosen);
  await keyboard.press('Enter');
  await expect(page).toHaveURL(landing);
});

test('whoever opens a link, presses its button or asks for its head, as scanners of mail do, uses nothing up', async ({
  page,
  context,
  email,
}) => {
  await signUp(context, email);
  await context.clearCookies();
  await open(page, paths.forgot, 'Send a link');
  await ask(page, email);
  const mail = await openMail(page, email);
  const button = mail.getByRole('link', { name: 'Set a new password', exact: true });
  const address = (await button.getAttribute('href')) ?? '';
  const changes = changesOf(page);
  for (let times = 0; times < 2; times++) {
    for (const method of ['HEAD', 'GET']) await context.request.fetch(address, { method });
    await page.goto('/');
    await open(page, address, 'Set password');
    await page.getByRole('button', { name: 'Set password' }).click();
    await alert(page, 'One thing needs another look.');
  }
  expect(changes).toEqual([]);
  expect(await context.cookies()).toEqual([]);
  await setPassword(page);
  await expect(page.getByRole('status')).toContainText('Your new password is set');
});

test('the page says the same for an address without an account, which gets no mail', async ({
  page,
  context,
  email,
}) => {
  await signUp(context, email);
  await context.clearCookies();
  await open(page, paths.forgot, 'Send a link');
  const unknown = await ask(page, `no-${email}`);
  await page.getByRole('link', { name: 'Try again' }).click();
  await expect(page.getByLabel('Email')).toHaveValue('');
  expect(await ask(page, email)).toBe(unknown);
  // It was asked for after the other.
  await openMail(page, email);
  await expect(page.getByText(`no-${email}`)).toHaveCount(0);
});

test('an address that is none is told of before anything is sent, and a link is asked for once', async ({
  page,
  email,
}) => {
  const changes = changesOf(page);
  await open(page, paths.forgot, 'Send a link');
  await page.getByRole('button', { name: 'Send a link' }).click();
  await expect(page.getByText('Enter your email address.')).toBeVisible();
  await expect(page.getByLabel('Email')).toBeFocused();
  await page.getByLabel('Email').fill('nowhere');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Enter an email address like name@example.org.')).toBeVisible();
  expect(changes).toEqual([]);
  await page.getByLabel('Email').fill(email);
  await pressTwice(page.getByRole('button', { name: 'Send a link' }));
  await expect(page.getByRole('status')).toContainText(sent);
  expect(changes).toEqual([`POST ${api.passwordForgot}`]);
});

test('without a connection the page says so, and what was typed can be sent later', async ({
  page,
  context,
  email,
}) => {
  await open(page, paths.forgot, 'Send a link');
  await page.getByLabel('Email').fill(email);
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Send a link' }).click();
  await alert(page, 'The server could not be reached. Check the connection and try again.');
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Send a link' }).click();
  await expect(page.getByRole('status')).toContainText(sent);
});

for (const width of widths) {
  test(`at ${width} px no state of a forgotten password breaks the policy, fails axe, jumps or scrolls sideways`, async ({
    page,
    context,
    email,
    violations,
  }) => {
    const look = (state: string) => lookAt(page, state, violations);
    await page.setViewportSize({ width, height: 800 });
    await signUp(context, email);
    await context.clearCookies();
    await open(page, paths.login, 'Sign in');
    await look('sign in');
    await open(page, paths.forgot, 'Send a link');
    await look('asking for a link');
    await page.getByRole('button', { name: 'Send a link' }).click();
    await expect(page.getByText('Enter your email address.')).toBeVisible();
    await look('asking for a link, with a mistake');
    await ask(page, email);
    await look('a link was asked for');
    const mail = await openMail(page, email);
    await look('the outbox');
    await mail.getByRole('link', { name: 'Set a new password', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Set password' })).toBeEnabled();
    await look('a new password by a mailed link');
    await setPassword(page);
    await expect(page.getByRole('status')).toContainText('Your new password is set');
    await look('a new password is set');
    await page.reload();
    await alert(page, 'Open the link again');
    await look('a page without its link');
  });
}

test.describe('with a limit', () => {
  test.use({ settings: { RATE_LIMITS: 'on', LIMIT_MAIL_PER_CLIENT: '1/900' } });

  test('who asks too often is told when to come back', async ({ page, email, violations }) => {
    await page.goto(paths.outbox);
    await expect(page.getByText('No mail yet.')).toBeVisible();
    await lookAt(page, 'an empty outbox', violations);
    await open(page, paths.forgot, 'Send a link');
    await ask(page, email);
    await page.getByRole('link', { name: 'Try again' }).click();
    await page.getByLabel('Email').fill(email);
    await page.getByRole('button', { name: 'Send a link' }).click();
    await alert(page, 'Too many tries. Come back in 15 minutes');
  });
});

test.describe('where no mail is sent', () => {
  test.use({ settings: { OUTBOX_PAGE: 'off' } });

  test('the pages say whom to ask, and there is no outbox', async ({ page, violations }) => {
    const look = (state: string) => lookAt(page, state, violations);
    await page.goto(paths.forgot);
    await expect(page.getByText('Ask whoever runs it for a link')).toBeVisible();
    await expect(page.getByLabel('Email')).toHaveCount(0);
    await look('no link to ask for');
    await page.getByRole('link', { name: 'Sign in' }).click();
    await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
    await expect(page.getByRole('link', { name: 'Forgot your password?' })).toHaveCount(0);
    await open(page, `${paths.reset}#not-a-link-of-ours`, 'Set password');
    await setPassword(page);
    await alert(page, 'Ask for a new one.');
    await expect(page.getByRole('link', { name: 'Get a new link' })).toHaveCount(0);
    expect((await page.goto(paths.outbox))?.status()).toBe(404);
    await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
    await look('no outbox');
    await page.getByRole('link', { name: 'To the start page' }).click();
    await expect(page).toHaveURL('/');
  });
});
