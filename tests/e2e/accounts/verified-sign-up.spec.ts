import Database from 'better-sqlite3';
import { landing, paths } from '#lib/core/routes.ts';
import { expect, recordRequests, signInByHand, test } from '#tests/e2e/fixtures.ts';
import { tabTo } from '#tests/e2e/pages/tab-to.ts';
import { another, askedForCode, fillIn, mailedCode, required, typeCode } from './verified.ts';

test.use({ settings: required });

test('a keyboard is enough for signing up with the code in the mail, which another device may show', async ({
  page,
  server,
  email,
}) => {
  const { keyboard } = page;
  await page.goto(paths.register);
  await expect(page.getByRole('button', { name: 'Create account' })).toBeEnabled();
  await tabTo(page, 'Email');
  await keyboard.type(email);
  await tabTo(page, 'Password');
  await keyboard.type('a few unrelated words');
  await keyboard.press('Enter');
  await expect(page.getByText(email)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Confirm' })).toBeEnabled();
  await tabTo(page, 'Code');
  await keyboard.type(await mailedCode(server, email));
  await keyboard.press('Enter');
  await expect(page).toHaveURL(landing);
  await page.goto(paths.account);
  await expect(page.getByText(email)).toBeVisible();
});

test('the code can be typed after a reload, and in a new tab once the first was thrown away', async ({
  page,
  context,
  server,
  email,
}) => {
  await askedForCode(page, email, `${paths.register}?next=%2Faccount%3Fa%3D1#part`);
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
  await page.close();
  const later = await context.newPage();
  await later.goto(`${paths.register}?next=%2Faccount%3Fa%3D1`);
  await expect(later.getByText(email)).toBeVisible();
  const field = later.getByLabel('Code');
  expect([await field.getAttribute('inputmode'), await field.getAttribute('autocomplete')]).toEqual([
    'numeric',
    'one-time-code',
  ]);
  await typeCode(later, await mailedCode(server, email));
  await expect(later).toHaveURL('/account?a=1');
});

test('where the page was asked for is where the code leads, with its fragment', async ({ page, server, email }) => {
  await askedForCode(page, email, `${paths.register}?next=%2Faccount#part`);
  await typeCode(page, await mailedCode(server, email));
  await expect(page).toHaveURL('/account#part');
});

test('a wrong code is told at its field; the fifth ends the sign-up, and the way leads to the form', async ({
  page,
  server,
  email,
}) => {
  await askedForCode(page, email);
  await typeCode(page, '1234');
  await expect(page.getByText('Enter the 8 digits in the mail.')).toBeVisible();
  const wrong = another(await mailedCode(server, email));
  for (let tries = 1; tries < 5; tries++) {
    await typeCode(page, wrong);
    await expect(page.getByText('This is not the code in our mail.')).toBeVisible();
    await expect(page.getByLabel('Code')).toBeFocused();
  }
  await typeCode(page, wrong);
  const over = page.getByRole('alert').filter({ hasText: 'This sign-up is over' });
  await expect(over).toBeVisible();
  await expect(over.getByRole('link', { name: 'sign in' })).toHaveAttribute('href', /\/login$/);
  await over.getByRole('link', { name: 'Start again' }).click();
  await fillIn(page, email);
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
  await typeCode(page, await mailedCode(server, email));
  await expect(page).toHaveURL(landing);
});

test('who started again is asked for the newest code, and the older one is none', async ({ page, server, email }) => {
  await askedForCode(page, email);
  const older = await mailedCode(server, email);
  await page.getByRole('link', { name: 'Start again' }).click();
  await expect(page.getByLabel('Email')).toHaveValue('');
  await fillIn(page, email);
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
  await typeCode(page, older);
  await expect(page.getByText('This is not the code in our mail.')).toBeVisible();
  await expect.poll(() => mailedCode(server, email)).not.toBe(older);
  await typeCode(page, await mailedCode(server, email));
  await expect(page).toHaveURL(landing);
});

test('the mail can be asked for again after a minute, and who is early is told when', async ({
  page,
  server,
  email,
}) => {
  await askedForCode(page, email);
  const again = page.getByRole('button', { name: 'Send it again' });
  const said = page.getByRole('status');
  await again.click();
  await expect(said).toHaveText(/^Too many tries\. Come back in (\d\d seconds|1 minute, at .+)\.$/);
  const database = new Database(server.databaseUrl.slice('file:'.length));
  database.prepare('UPDATE sign_ups SET mailed_at = mailed_at - 60000 WHERE email = ?').run(email);
  await again.click();
  await expect(said).toHaveText('It is on its way again.');
  database.prepare('UPDATE sign_ups SET expires_at = 0 WHERE email = ?').run(email);
  database.close();
  await again.click();
  await expect(said).toHaveText('This sign-up is over. Start again.');
});

test('a sign-up that is over says so, also when its page is loaded again', async ({ page, server, email }) => {
  await askedForCode(page, email);
  const code = await mailedCode(server, email);
  const database = new Database(server.databaseUrl.slice('file:'.length));
  database.prepare('UPDATE sign_ups SET expires_at = 0 WHERE email = ?').run(email);
  database.close();
  await typeCode(page, code);
  await expect(page.getByRole('alert').filter({ hasText: 'This sign-up is over' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('alert').filter({ hasText: 'No sign-up of this browser waits' })).toBeVisible();
  await fillIn(page, email);
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
});

test('who was quicker has the address, and the other is led to sign in', async ({ page, browser, server, email }) => {
  await askedForCode(page, email);
  const code = await mailedCode(server, email);
  const other = await browser.newContext({ baseURL: server.url });
  const quicker = await other.newPage();
  await askedForCode(quicker, email);
  await expect.poll(() => mailedCode(server, email)).not.toBe(code);
  await typeCode(quicker, await mailedCode(server, email));
  await expect(quicker).toHaveURL(landing);
  await other.close();
  await typeCode(page, code);
  await expect(
    page.getByRole('alert').filter({ hasText: 'There is an account with this email already.' }),
  ).toBeVisible();
  await page.getByRole('link', { name: 'Sign in instead' }).click();
  await signInByHand(page, email);
  await expect(page).toHaveURL(landing);
});

test('the page says the same for an address that is taken, and the mail tells its holder', async ({
  page,
  browser,
  server,
  email,
}) => {
  await askedForCode(page, email);
  const words = (await page.locator('main').innerText()).replaceAll(email, '…');
  await typeCode(page, await mailedCode(server, email));
  await expect(page).toHaveURL(landing);
  const stranger = await browser.newContext({ baseURL: server.url });
  const form = await stranger.newPage();
  await askedForCode(form, email);
  expect((await form.locator('main').innerText()).replaceAll(email, '…')).toBe(words);
  await stranger.close();
  const mail = page
    .getByRole('article')
    .filter({ hasText: `To ${email}` })
    .first();
  await expect(async () => {
    await page.goto(paths.outbox);
    await expect(mail.getByRole('heading')).toHaveText('You have an account at Latchkey', { timeout: 500 });
  }).toPass();
});

test('where the browser keeps no cookie, the form says so', async ({ page, context, email }) => {
  const requests = recordRequests(page);
  await page.addInitScript(() => {
    if (sessionStorage.getItem('silent') === null) Object.defineProperty(navigator, 'cookieEnabled', { value: false });
  });
  await page.goto(paths.register);
  await fillIn(page, email);
  await expect(page.getByRole('alert').filter({ hasText: 'Your browser keeps no cookies' })).toBeVisible();
  expect(requests.filter((request) => request.startsWith('POST'))).toEqual([]);
  await page.evaluate(() => sessionStorage.setItem('silent', '1'));
  await page.route('**/api/auth/register', async (route) => {
    const response = await route.fetch();
    await context.clearCookies();
    const { 'set-cookie': _, ...headers } = response.headers();
    await route.fulfill({ response, headers });
  });
  await page.goto(paths.register);
  await fillIn(page, email);
  await expect(page.getByRole('alert').filter({ hasText: 'the browser keeps no cookies for this site' })).toBeVisible();
});
