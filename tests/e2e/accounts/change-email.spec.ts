import Database from 'better-sqlite3';
import { landing, paths } from '#lib/core/routes.ts';
import { expect, password, signInByHand, signUp } from '#tests/e2e/fixtures.ts';
import { tabTo } from '#tests/e2e/pages/tab-to.ts';
import { ask, change, mailedCode, test, typeCode } from './changing-email.ts';

const another = (code: string) => code.replace(/\d/, (digit) => String((Number(digit) + 1) % 10));

test('another address is the account’s once the code is typed that was mailed there; other devices are signed out', async ({
  page,
  context,
  browser,
  email,
  server,
  smtp,
}) => {
  const to = `new-${email}`;
  await signUp(context, email);
  const elsewhere = await browser.newContext({ baseURL: server.url });
  await elsewhere.request.post('/api/auth/token', { data: { email, password } });
  await ask(page, to);
  await expect(page.getByText(`We mailed a code to ${to}.`)).toBeVisible();
  const field = page.getByLabel('Code');
  await expect(field).toBeFocused();
  expect([await field.getAttribute('inputmode'), await field.getAttribute('autocomplete')]).toEqual([
    'numeric',
    'one-time-code',
  ]);
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
  await typeCode(page, await mailedCode(smtp, to));
  await expect(page.getByText('Your email is changed. Every other device is signed out.')).toBeVisible();
  await expect(page.getByRole('definition').filter({ hasText: to })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Email', exact: true })).toBeFocused();

  const other = await elsewhere.newPage();
  await other.goto(paths.account);
  await expect(other.getByText('The email address of your account was changed')).toBeVisible();
  await signInByHand(other, email);
  await expect(other.getByRole('alert').filter({ hasText: 'wrong' })).toBeVisible();
  await signInByHand(other, to);
  await expect(other).toHaveURL(paths.account);
  await page.goto(paths.activity);
  await expect(page.getByText('email', { exact: false }).first()).toBeVisible();
  await elsewhere.close();
});

test('a keyboard is enough for that', async ({ page, context, email, smtp }) => {
  const { keyboard } = page;
  const to = `new-${email}`;
  await signUp(context, email);
  await page.goto(paths.account);
  await expect(page.getByRole('button', { name: 'Change email' })).toBeEnabled();
  await tabTo(page, 'New email');
  await keyboard.type(to);
  await keyboard.press('Enter');
  await expect(page.getByLabel('Code')).toBeFocused();
  await keyboard.type(await mailedCode(smtp, to));
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Email', exact: true })).toBeFocused();
  await expect(page.getByRole('definition').filter({ hasText: to })).toBeVisible();
});

test('a change can be given up, and a wrong code is told at its field; the fifth ends it', async ({
  page,
  context,
  email,
  smtp,
}) => {
  const to = `new-${email}`;
  await signUp(context, email);
  await ask(page, 'nowhere');
  await expect(page.getByText('Enter an email address like')).toBeVisible();
  await ask(page, to);
  await page.getByRole('button', { name: 'Give up' }).click();
  await expect(page.getByText('is given up')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Email', exact: true })).toBeFocused();
  await ask(page, to);
  await typeCode(page, '12');
  await expect(page.getByText('Enter the 8 digits in the mail.')).toBeVisible();
  const wrong = another(await mailedCode(smtp, to));
  for (let tries = 1; tries < 5; tries++) {
    await typeCode(page, wrong);
    await expect(page.getByText('This is not the code in our mail.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Confirm' })).not.toHaveAttribute('aria-busy');
  }
  await typeCode(page, wrong);
  await expect(page.getByRole('alert').filter({ hasText: 'That change is over' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Change email' })).toBeEnabled();
  await expect(page.getByRole('definition').filter({ hasText: email })).toBeVisible();
});

test('whoever signed in a while ago is asked for the password first, and goes on or stays as they were', async ({
  page,
  context,
  email,
  server,
}) => {
  await signUp(context, email);
  const database = new Database(server.databaseUrl.replace(/^file:/, ''));
  const hourAgo = Date.now() - 3_600_000;
  const whose = '(SELECT id FROM users WHERE email = ?)';
  database.prepare(`UPDATE sessions SET auth_time = ? WHERE user_id = ${whose}`).run(hourAgo, email);
  database.close();
  const dialog = page.getByRole('dialog', { name: 'Confirm it is you' });
  await ask(page, `new-${email}`);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'Confirm that it is you' })).toBeVisible();
  await page.getByRole('button', { name: 'Change email' }).click();
  await dialog.getByLabel('Password').fill(password);
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
});

test('the present address is proved by a code, which ends nothing', async ({ page, context, email, smtp }) => {
  await signUp(context, email);
  await page.goto(paths.account);
  await expect(page.getByText('Not verified')).toBeVisible();
  await page.getByRole('button', { name: 'Verify it' }).click();
  await expect(page.getByLabel('Code')).toBeFocused();
  await expect(page.getByRole('button', { name: 'Verify it' })).toHaveCount(0);
  await typeCode(page, await mailedCode(smtp, email));
  await expect(page.getByText('Your email is verified.')).toBeVisible();
  await expect(page.getByText('Not verified')).toHaveCount(0);
  await page.goto(landing);
  await expect(page).toHaveURL(landing);
});

test('an address that is taken is asked for as any other', async ({ page, context, email, request, smtp }) => {
  const taken = `taken-${email}`;
  await request.post('/api/auth/register', { data: { email: taken, password } });
  await signUp(context, email);
  await ask(page, taken);
  await expect(page.getByText(`We mailed a code to ${taken}.`)).toBeVisible();
  const toHolder = () => smtp.mails.filter(({ to }) => to.includes(taken)).map(({ headers }) => headers.get('subject'));
  await expect.poll(toHolder).toEqual(['You have an account at Latchkey']);
});

test.describe('where no mail is sent', () => {
  test.use({ settings: { OUTBOX_PAGE: 'off' } });

  test('the account offers no other address', async ({ page, context, email }) => {
    await signUp(context, email);
    await page.goto(paths.account);
    await expect(page.getByText(email)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Change email' })).toHaveCount(0);
  });
});

test('a change is made once, though two tabs send its code', async ({ page, context, email, smtp }) => {
  await signUp(context, email);
  await change(page, smtp, email, `new-${email}`);
  await ask(page, `third-${email}`);
  const second = await context.newPage();
  await second.goto(paths.account);
  const code = await mailedCode(smtp, `third-${email}`);
  await typeCode(page, code);
  await expect(page.getByRole('definition').filter({ hasText: `third-${email}` })).toBeVisible();
  await typeCode(second, code);
  await expect(second.getByRole('alert').filter({ hasText: 'That change is over' })).toBeVisible();
});
