import { execFileSync } from 'node:child_process';
import { landing } from '#lib/core/routes.ts';
import { expect, password, signInByHand, signUp, test } from '#tests/e2e/fixtures.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import type { RunningServer } from '#tests/support/server.ts';

const chosen = 'quite different unrelated words';

/** What an operator makes: the link, and the secret in it. */
function resetLink({ url, databaseUrl }: RunningServer, email: string): [string, string] {
  const settings = testEnvironment({ APP_URL: url, DATABASE_URL: databaseUrl });
  const words = ['--conditions=react-server', 'scripts/latchkey.ts', 'password', 'reset', email];
  const output = execFileSync(process.execPath, words, { env: { ...process.env, ...settings }, encoding: 'utf8' });
  const [link = '', secret = 'none'] = /http\S+#(\S+)/.exec(output) ?? [];
  return [link, secret];
}

test('an operator’s link sets a new password; other devices are signed out, and the secret is in no request', async ({
  page,
  browser,
  server,
  email,
}) => {
  const elsewhere = await browser.newContext({ baseURL: server.url });
  await signUp(elsewhere, email);
  const device = await elsewhere.newPage();
  await device.goto(landing);
  const [link, secret] = resetLink(server, email);
  const urls: string[] = [];
  page.on('request', (request) => urls.push(request.url()));
  await page.goto(link);
  await expect(page).toHaveURL(`${server.url}/reset`);
  await page.getByLabel('New password').fill(chosen);
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Your new password is set' })).toBeVisible();
  expect(urls.filter((url) => url.split('#')[0]?.includes(secret))).toEqual([]);

  await device.reload();
  await expect(device.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  await elsewhere.close();

  await page.getByRole('link', { name: 'Sign in with it' }).click();
  for (const word of [password, chosen]) {
    await signInByHand(page, email, word);
    if (word === password) await expect(page.getByRole('alert').filter({ hasText: 'wrong' })).toBeVisible();
  }
  await expect(page).toHaveURL(landing);
});

test('a link that was used, one that never was, and none at all are told in words, and nothing is sent without one', async ({
  page,
  server,
  email,
}) => {
  await signUp(page.context(), email);
  await page.context().clearCookies();
  const [link] = resetLink(server, email);
  const setPassword = async (address: string) => {
    await page.goto('/');
    await page.goto(address);
    await page.getByLabel('New password').fill(chosen);
    await page.getByRole('button', { name: 'Set password' }).click();
  };
  await setPassword(link);
  await expect(page.getByRole('status').filter({ hasText: 'Your new password is set' })).toBeVisible();
  for (const address of [link, `${server.url}/reset#${'a'.repeat(43)}`]) {
    await setPassword(address);
    await expect(
      page.getByRole('alert').filter({ hasText: 'This link was used before, or its time is over' }),
    ).toBeVisible();
  }
  await page.reload();
  await expect(page.getByRole('alert').filter({ hasText: 'Open the link again, where you got it' })).toBeVisible();
  await expect(page.getByLabel('New password')).toHaveCount(0);
});
