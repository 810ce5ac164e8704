import { paths } from '#lib/core/routes.ts';
import { expect, password, signInByHand, test } from '#tests/e2e/fixtures.ts';

test('an address at a domain in letters is one account however it is spelt, and shown in letters', async ({
  page,
  email,
}) => {
  const [name] = email.split('@');
  await page.goto(paths.register);
  await page.getByLabel('Email').fill(`${name}@faß.example`);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  for (const domain of ['xn--fa-hia.example', 'FAß.example']) {
    await page.waitForURL((url) => url.pathname !== paths.register && url.pathname !== paths.login);
    await page.goto(paths.account);
    await expect(page.getByText(`${name}@faß.example`, { exact: true })).toBeVisible();
    await page.context().clearCookies();
    await page.goto(paths.login);
    await signInByHand(page, `${name}@${domain}`);
  }
  await page.waitForURL((url) => url.pathname !== paths.login);
  await page.context().clearCookies();
  await page.goto(paths.login);
  await signInByHand(page, `${name}@fass.example`);
  await expect(page.getByRole('alert').filter({ hasText: 'wrong' })).toBeVisible();
});
