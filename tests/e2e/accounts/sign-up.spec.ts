import { landing, paths } from '#lib/core/routes.ts';
import { expect, password, signInByHand, test } from '#tests/e2e/fixtures.ts';

test('a form that is not filled in right says so under each field', async ({ page, email }) => {
  await page.goto('/register');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('At least 12 characters', { exact: false }).first()).toBeVisible();
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
  await expect(page.getByLabel('Email')).toHaveValue(email);
});

test('who signs up, or in, stays signed in when the browser closes only if they asked for it', async ({
  page,
  context,
  email,
}) => {
  const areCookiesKept = async () => {
    await expect(page).toHaveURL(landing);
    return (await context.cookies()).map(({ expires }) => expires > 0);
  };
  const comeTo = async (path: string) => {
    await page.goto('about:blank');
    await context.clearCookies();
    await page.goto(path);
    await expect(page.getByLabel('Remember me')).not.toBeChecked();
  };
  const signUpByHand = async (address: string) => {
    await page.getByLabel('Email').fill(address);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Create account' }).click();
  };
  await comeTo(paths.register);
  await signUpByHand(`forgotten-${email}`);
  expect(await areCookiesKept()).toEqual([false, false]);
  await comeTo(paths.register);
  await page.getByLabel('Remember me').check();
  await signUpByHand(email);
  expect(await areCookiesKept()).toEqual([true, true]);
  await comeTo(paths.login);
  await page.getByLabel('Remember me').check();
  await signInByHand(page, email);
  expect(await areCookiesKept()).toEqual([true, true]);
});
