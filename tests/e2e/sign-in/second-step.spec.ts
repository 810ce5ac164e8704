import type { Page } from '@playwright/test';
import { landing, paths } from '#lib/core/routes.ts';
import { expect, signInByHand, test } from '#tests/e2e/fixtures.ts';
import { lookAt, widths } from '#tests/e2e/pages/look.ts';
import { tabTo } from '#tests/e2e/pages/tab-to.ts';
import { askedForSecondStep, typeCode, withTwoStep } from './two-step.ts';

/** A page that finds out that its session is over goes to the sign-in page by itself. */
const leave = (page: Page) => page.goto('about:blank');

test('the password, then a code with spaces in it, leads where somebody was going', async ({ page, server, email }) => {
  const { code } = await withTwoStep(server, email);
  await askedForSecondStep(page, email, `${paths.login}?next=${encodeURIComponent(`${paths.sessions}?page=1`)}`);
  const field = page.getByLabel('Code', { exact: true });
  await expect(field).toHaveAttribute('inputmode', 'numeric');
  await expect(field).toHaveAttribute('autocomplete', 'one-time-code');
  await typeCode(page, code().replace(/(...)/, '$1 '));
  await expect(page).toHaveURL(`${paths.sessions}?page=1`);
  const names = (await page.context().cookies()).map(({ name }) => name).sort();
  expect(names).toEqual(['latchkey-refresh', 'latchkey-session']);
});

test('the second step survives a reload and a tab that was thrown away; "Start again" asks for the password', async ({
  page,
  server,
  email,
}) => {
  const { code } = await withTwoStep(server, email);
  await askedForSecondStep(page, email);
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Second step' })).toBeVisible();
  const other = await page.context().newPage();
  await page.close();
  await other.goto(paths.login);
  await expect(other.getByText(email)).toBeVisible();
  await other.getByRole('button', { name: 'Start again' }).click();
  await expect(other).toHaveURL(`${paths.login}?again=1`);
  await expect(other.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
  await other.goto(paths.login);
  await expect(other.getByRole('button', { name: 'Verify' })).toBeEnabled();
  await typeCode(other, code());
  await expect(other).toHaveURL(landing);
});

test('by keyboard alone a recovery code signs in, and works once', async ({ page, server, email }) => {
  const { recoveryCodes } = await withTwoStep(server, email);
  await askedForSecondStep(page, email);
  await tabTo(page, 'Use a recovery code');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Recovery code')).toBeFocused();
  await page.keyboard.type(recoveryCodes[0]?.toLowerCase() ?? '');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(landing);
  await leave(page);
  await page.context().clearCookies();
  await askedForSecondStep(page, email);
  await page.getByRole('button', { name: 'Use a recovery code' }).click();
  await typeCode(page, recoveryCodes[0] ?? '', 'Recovery code');
  await expect(page.getByText('This is not one of your recovery codes.')).toBeVisible();
  await expect(page.getByLabel('Recovery code')).toBeFocused();
});

test('a device that is trusted is not asked again', async ({ page, server, email }) => {
  const { code } = await withTwoStep(server, email);
  await askedForSecondStep(page, email);
  const tick = page.getByRole('checkbox', { name: "Don't ask again on this device" });
  await expect(tick).not.toBeChecked();
  await tick.check();
  await typeCode(page, code());
  await expect(page).toHaveURL(landing);
  await leave(page);
  await page.context().clearCookies({ name: /^latchkey-(refresh|session)$/ });
  await page.goto(paths.login);
  await signInByHand(page, email);
  await expect(page).toHaveURL(landing);
});

test.describe('where no device may be trusted', () => {
  test.use({ settings: { TRUSTED_DEVICE_DAYS: '0' } });

  test('nobody is asked whether one should be', async ({ page, server, email }) => {
    await withTwoStep(server, email);
    await askedForSecondStep(page, email);
    await expect(page.getByRole('checkbox')).toHaveCount(0);
  });
});

for (const width of widths) {
  test(`at ${width} px no state of the second step breaks the policy, fails axe, jumps or scrolls sideways`, async ({
    page,
    server,
    email,
    violations,
  }) => {
    test.setTimeout(120_000);
    const { recoveryCodes } = await withTwoStep(server, email);
    const look = (state: string) => lookAt(page, state, violations);
    await page.setViewportSize({ width, height: 800 });
    await askedForSecondStep(page, email);
    await look('asking for the code');
    await typeCode(page, '12');
    await expect(page.getByText('Enter the 6 digits in your app.')).toBeVisible();
    await look('a code that is none');
    await page.getByRole('button', { name: 'Use a recovery code' }).click();
    await look('asking for a recovery code');
    const wrong = (recoveryCodes[0] ?? '').replace('A', 'Z');
    for (let tries = 1; tries <= 5; tries++) {
      await typeCode(page, wrong, 'Recovery code');
      await expect(page.getByRole('button', { name: 'Verify' })).not.toHaveAttribute('aria-busy');
      await expect(page.getByText('This is not one of your recovery codes.')).toBeVisible();
    }
    await expect(page.getByRole('alert').filter({ hasText: 'This sign-in is over' })).toBeVisible();
    await look('a sign-in that is over');
    await page.goto(`${paths.login}?step=code`);
    await expect(page.getByRole('alert').filter({ hasText: 'No sign-in of this browser waits' })).toBeVisible();
    await look('the form after that');
  });
}
