import { expect, password, signUp } from '#tests/e2e/fixtures.ts';
import { test } from '#tests/e2e/https-fixtures.ts';
import { lookAt, widths } from '#tests/e2e/pages/look.ts';
import { makeStale } from '#tests/e2e/stale.ts';
import { ask, confirmWith, dialogOf, openAccount } from './asking.ts';

test.use({ settings: { RATE_LIMITS: 'on', LIMIT_STEP_UP_PER_USER: '2/900' } });
test.describe.configure({ timeout: 180_000 });

for (const width of widths) {
  test(`over https no state of the step-up at ${width} px breaks the policy, fails axe, jumps or scrolls sideways`, async ({
    page,
    server,
    email,
    violations,
  }) => {
    const look = (state: string) => lookAt(page, state, violations);
    await page.setViewportSize({ width, height: 800 });
    await signUp(page.context(), email);
    await openAccount(page);
    makeStale(server, email);
    await ask(page);
    await expect(dialogOf(page)).toBeVisible();
    await look('confirming');
    await confirmWith(page, 'not the password');
    await expect(dialogOf(page).getByRole('alert')).toHaveText('This is not your password.');
    await look('confirming, with a wrong password');
    await dialogOf(page).getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'Confirm that it is you' })).toBeVisible();
    await look('given up');
    await ask(page);
    await confirmWith(page, 'not the password');
    await expect(dialogOf(page).getByRole('alert')).toHaveText('This is not your password.');
    await confirmWith(page, password);
    await expect(dialogOf(page).getByText('Too many tries.')).toBeVisible();
    await look('confirming, too many tries');
  });
}
