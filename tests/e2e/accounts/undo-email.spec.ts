import { landing, paths } from '#lib/core/routes.ts';
import { expect, signInByHand, signUp } from '#tests/e2e/fixtures.ts';
import { lookAt, open, widths } from '#tests/e2e/pages/look.ts';
import { tabTo } from '#tests/e2e/pages/tab-to.ts';
import { askedForSecondStep, typeCode as typeSecondStep, withTwoStep } from '#tests/e2e/sign-in/two-step.ts';
import { carry, withPasskey } from '#tests/e2e/step-up/with-passkey.ts';
import { ask, change, mailedCode, mailedLink, takeBack, test, typeCode } from './changing-email.ts';

test.describe.configure({ timeout: 120_000 });

const chosen = 'quite different unrelated words';
const done = 'The address is yours again.';

test('from another browser the mailed link takes the address back, and the password is set anew', async ({
  page,
  context,
  browser,
  server,
  email,
  smtp,
}) => {
  const to = `thief-${email}`;
  await signUp(context, email);
  const link = await change(page, smtp, email, to);

  const owners = await browser.newContext({ baseURL: server.url });
  const owner = await owners.newPage();
  const urls: string[] = [];
  owner.on('request', (request) => urls.push(request.url(), request.headers().referer ?? ''));
  await owner.goto(link);
  await expect(owner.getByRole('button', { name: 'Take the address back' })).toBeEnabled();
  await expect(owner).toHaveURL(paths.undo);
  await takeBack(owner, `not-${email}`);
  await expect(owner.getByText('This is not the address that the link takes back.')).toBeVisible();
  await takeBack(owner, email);
  await expect(owner.getByRole('status')).toContainText(done);
  const secret = link.split('#')[1] ?? '';
  expect(secret.length).toBeGreaterThan(40);
  expect(urls.filter((url) => url.split('#')[0]?.includes(secret))).toEqual([]);

  await page.goto(paths.account);
  await expect(page.getByText('The email address of your account was changed')).toBeVisible();
  await signInByHand(page, to);
  await expect(page.getByRole('alert').filter({ hasText: 'wrong' })).toBeVisible();

  await owner.goto(await mailedLink(smtp, email, 'Set a new password'));
  await owner.getByLabel('New password').fill(chosen);
  await owner.getByRole('button', { name: 'Set password' }).click();
  await owner.getByRole('link', { name: 'Sign in with it' }).click();
  await signInByHand(owner, email, chosen);
  await expect(owner).toHaveURL(landing);
  await owner.goto(paths.account);
  await expect(owner.getByRole('definition').filter({ hasText: email })).toBeVisible();
  await owner.goto(link);
  await takeBack(owner, email);
  await expect(owner.getByRole('alert').filter({ hasText: 'was used before' })).toBeVisible();
  await owners.close();
});

test('of somebody who had two-step sign-in before the change, the page asks for a code as well', async ({
  page,
  context,
  server,
  email,
  smtp,
}) => {
  const { code } = await withTwoStep(server, email);
  await askedForSecondStep(page, email);
  await typeSecondStep(page, code());
  await expect(page).toHaveURL(landing);
  const link = await change(page, smtp, email, `thief-${email}`);
  await page.goto('about:blank');
  await context.clearCookies();
  await page.goto(link);
  await takeBack(page, email);
  const field = page.getByLabel('Code', { exact: true });
  await expect(field).toBeFocused();
  await expect(page.getByRole('alert').filter({ hasText: 'This account had more than a password' })).toBeVisible();
  await field.fill('000000');
  await takeBack(page, email);
  await expect(page.getByText('This code is wrong, or it was used before.')).toBeVisible();
  await field.fill(code());
  await takeBack(page, email);
  await expect(page.getByRole('status')).toContainText(done);
});

test('of somebody who had a passkey before the change, the page asks for that, and for no code', async ({
  page,
  context,
  server,
  email,
  smtp,
}) => {
  const { passkey } = await withPasskey(server, email);
  await carry(page, passkey);
  await page.goto(paths.login);
  await signInByHand(page, email);
  await expect(page).toHaveURL(landing);
  const link = await change(page, smtp, email, `thief-${email}`);
  await page.goto('about:blank');
  await context.clearCookies();
  await page.goto(link);
  await takeBack(page, email);
  await expect(page.getByRole('alert').filter({ hasText: 'so a passkey is needed as well' })).toBeVisible();
  await expect(page.getByLabel('Code', { exact: true })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Use a passkey' })).toBeVisible();
  // It is all that there is, so that Enter in the form asks for it.
  await takeBack(page, email);
  await expect(page.getByRole('status')).toContainText(done);
});

test('a program that opens the link and presses every button changes nothing', async ({
  page,
  context,
  browser,
  server,
  email,
  smtp,
}) => {
  const to = `new-${email}`;
  await signUp(context, email);
  const link = await change(page, smtp, email, to);
  const scanners = await browser.newContext({ baseURL: server.url });
  for (let times = 0; times < 2; times++) {
    for (const method of ['GET', 'HEAD']) await scanners.request.fetch(link, { method });
    const scanner = await scanners.newPage();
    await scanner.goto(link);
    await expect(scanner.getByRole('button', { name: 'Take the address back' })).toBeEnabled();
    for (const button of await scanner.getByRole('button').all()) await button.click();
    await expect(scanner.getByText('Enter your email address.')).toBeVisible();
    await scanner.close();
  }
  await page.reload();
  await expect(page.getByRole('definition').filter({ hasText: to })).toBeVisible();
  const owner = await scanners.newPage();
  await owner.goto(link);
  await takeBack(owner, email);
  await expect(owner.getByRole('status')).toContainText(done);
  await scanners.close();
});

test('a keyboard is enough to take the address back', async ({ page, context, email, smtp }) => {
  await signUp(context, email);
  const link = await change(page, smtp, email, `new-${email}`);
  await page.goto('/');
  await open(page, link, 'Take the address back');
  await tabTo(page, 'Email');
  await page.keyboard.type(email);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: done })).toBeVisible();
});

for (const width of widths) {
  test(`at ${width} px no state of a change of address breaks the policy, fails axe, jumps or scrolls sideways`, async ({
    page,
    context,
    email,
    smtp,
    violations,
  }) => {
    const look = (state: string) => lookAt(page, state, violations);
    const to = `a-new-address-that-is-rather-long-${email}`;
    await page.setViewportSize({ width, height: 800 });
    await signUp(context, email);
    await ask(page, 'nowhere');
    await expect(page.getByText('Enter an email address like')).toBeVisible();
    await look('another address that is none');
    await ask(page, to);
    await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
    await look('a change that waits');
    await typeCode(page, '12');
    await expect(page.getByText('Enter the 8 digits in the mail.')).toBeVisible();
    await look('a code that is none');
    await typeCode(page, await mailedCode(smtp, to));
    await expect(page.getByRole('definition').filter({ hasText: to })).toBeVisible();
    await look('a changed address');
    await open(page, await mailedLink(smtp, email), 'Take the address back');
    await look('taking it back');
    await takeBack(page, to);
    await expect(page.getByText('This is not the address')).toBeVisible();
    await look('another address than that');
    await takeBack(page, email);
    await expect(page.getByRole('status').filter({ hasText: done })).toBeVisible();
    await look('an address that is back');
    await page.goto('/');
    await open(page, `${paths.undo}#not-a-link-of-ours`, 'Take the address back');
    await takeBack(page, email);
    await expect(page.getByRole('alert').filter({ hasText: 'was used before' })).toBeVisible();
    await look('taking back by a link that is void');
    await page.reload();
    await expect(page.getByRole('alert').filter({ hasText: 'Open the link in our mail again' })).toBeVisible();
    await look('taking back without a link');
  });
}
