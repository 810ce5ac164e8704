import { paths } from '#lib/core/routes.ts';
import { expect, password, signInByHand } from '#tests/e2e/fixtures.ts';
import { test } from '#tests/e2e/https-fixtures.ts';
import { lookAt, widths } from '#tests/e2e/pages/look.ts';
import { askedForSecondStep, typeCode, withTwoStep } from '#tests/e2e/sign-in/two-step.ts';
import { makeStale } from '#tests/e2e/stale.ts';
import { ask, dialogOf, expectDone, openAccount } from './asking.ts';
import { resetLink } from './reset-link.ts';

test.describe.configure({ timeout: 180_000 });
const chosen = 'quite different unrelated words';

for (const width of widths) {
  test(`at ${width} px the dialog asks for a code, or a recovery code, and goes on by itself`, async ({
    page,
    server,
    email,
    violations,
  }) => {
    const look = (state: string) => lookAt(page, state, violations);
    await page.setViewportSize({ width, height: 800 });
    const { code, recoveryCodes } = await withTwoStep(server, email);
    await askedForSecondStep(page, email);
    await typeCode(page, code());
    await expect(page).not.toHaveURL(/login/);
    await openAccount(page);
    makeStale(server, email);
    await ask(page);
    const dialog = dialogOf(page);
    const field = dialog.getByLabel('Code', { exact: true });
    await expect(field).toHaveAttribute('autocomplete', 'one-time-code');
    await look('confirming in two steps');
    await dialog.getByLabel('Password', { exact: true }).fill(password);
    await field.fill('12 34');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await expect(dialog.getByRole('alert')).toHaveText('Enter the 6 digits in your app.');
    await expect(field).toBeFocused();
    await look('confirming in two steps, with a mistake');
    await dialog.getByRole('button', { name: 'Use a recovery code' }).click();
    const recovery = dialog.getByLabel('Recovery code', { exact: true });
    await expect(recovery).toBeFocused();
    await expect(dialog.getByText('Enter the 6 digits in your app.')).toHaveCount(1);
    await look('confirming with a recovery code');
    await recovery.fill(recoveryCodes[0]?.toLowerCase() ?? '');
    await page.keyboard.press('Enter');
    await expectDone(page);

    makeStale(server, email);
    await page.goto(paths.security);
    await page.getByLabel('Current password').fill(password);
    await page.getByLabel('New password').fill(chosen);
    await page.getByRole('button', { name: 'Change password' }).click();
    await dialog.getByLabel('Password', { exact: true }).fill(password);
    await field.fill(code());
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await expect(page.getByText('Password changed.')).toBeVisible();
    await expect(dialog).toHaveCount(0);
  });

  test(`at ${width} px a link to set a password asks for a code once the server wants one`, async ({
    page,
    server,
    email,
    violations,
  }) => {
    const look = (state: string) => lookAt(page, state, violations);
    await page.setViewportSize({ width, height: 800 });
    const { code } = await withTwoStep(server, email);
    await page.goto(resetLink(server, email));
    await expect(page.getByLabel('Code', { exact: true })).toHaveCount(0);
    await page.getByLabel('New password').fill(chosen);
    await page.getByRole('button', { name: 'Set password' }).click();
    const field = page.getByLabel('Code', { exact: true });
    await expect(field).toBeFocused();
    await expect(page.getByRole('alert').filter({ hasText: 'Two-step sign-in is on for this account' })).toBeVisible();
    await look('a reset that needs a code');
    await field.fill('000000');
    await page.getByRole('button', { name: 'Set password' }).click();
    await expect(page.getByText('This code is wrong, or it was used before.')).toBeVisible();
    await field.fill(code());
    await page.getByRole('button', { name: 'Set password' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Your new password is set' })).toBeVisible();
    await page.getByRole('link', { name: 'Sign in with it' }).click();
    await signInByHand(page, email, chosen);
    await expect(page.getByRole('heading', { name: 'Second step' })).toBeVisible();
  });
}
