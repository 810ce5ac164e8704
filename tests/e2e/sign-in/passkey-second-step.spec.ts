import type { Page } from '@playwright/test';
import { landing, paths } from '#lib/core/routes.ts';
import { accessToken, expect, signInByHand, test } from '#tests/e2e/fixtures.ts';
import { lookAt, widths } from '#tests/e2e/pages/look.ts';
import { tabTo } from '#tests/e2e/pages/tab-to.ts';
import type { RunningServer } from '#tests/support/server.ts';
import { watchCeremonies, withoutSuggestions, withPasskey } from './passkeys.ts';
import { turnTwoStepOn, typeCode } from './two-step.ts';

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

/** Makes somebody with a passkey, an app and recovery codes, and shows their password. */
async function askedForPasskey(page: Page, server: RunningServer, email: string, isUserVerified = true) {
  await withoutSuggestions(page);
  const authenticator = await withPasskey(page, server, email, { isUserVerified });
  const factors = await turnTwoStepOn(server, email);
  await page.goto(paths.login);
  await signInByHand(page, email);
  await expect(page.getByRole('heading', { name: 'Second step' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Use a passkey' })).toBeEnabled();
  return { ...factors, authenticator };
}

test('a passkey is asked for first, and signs in after the password', async ({ page, server, email }) => {
  await askedForPasskey(page, server, email);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page).toHaveURL(landing);
  const claims = claimsOf(await accessToken(page.context()));
  expect(claims).toMatchObject({ acr: 'aal2', amr: ['pwd', 'pop', 'user', 'mfa'] });
});

test('by keyboard alone, and the device is trusted where that is asked for', async ({ page, server, email }) => {
  await askedForPasskey(page, server, email);
  await tabTo(page, "Don't ask again on this device");
  await page.keyboard.press('Space');
  await tabTo(page, 'Use a passkey');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(landing);
  expect((await page.context().cookies()).map(({ name }) => name)).toContain('latchkey-device');
});

test('a device that cannot tell who it is completes nothing, and a code still does', async ({
  page,
  server,
  email,
}) => {
  const ceremonies = await watchCeremonies(page);
  const { code, authenticator } = await askedForPasskey(page, server, email, false);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'No passkey was used.' })).toBeVisible();
  await page.getByRole('button', { name: 'Use the authenticator app' }).click();
  await expect(page.getByLabel('Code', { exact: true })).toBeFocused();
  // Whoever comes back to the passkey is asked for it at once.
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect.poll(() => ceremonies.filter((one) => one === 'modal NotAllowedError')).toHaveLength(2);
  await page.getByRole('button', { name: 'Use the authenticator app' }).click();
  await typeCode(page, code());
  await expect(page).toHaveURL(landing);
  expect(await authenticator.credentials()).toHaveLength(1);
});

for (const width of widths) {
  test(`at ${width} px no state of a passkey at /login breaks the policy, fails axe, jumps or scrolls sideways`, async ({
    page,
    server,
    email,
    violations,
  }) => {
    test.setTimeout(120_000);
    const look = (state: string) => lookAt(page, state, violations);
    await page.setViewportSize({ width, height: 800 });
    const { authenticator } = await askedForPasskey(page, server, email, false);
    await look('asking for the passkey');
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'No passkey was used.' })).toBeVisible();
    await look('a passkey that was not used');
    await page.getByRole('button', { name: 'Use the authenticator app' }).click();
    await look('the app in its place');
    await page.goto(`${paths.login}?again=1`);
    const button = page.getByRole('button', { name: 'Sign in with a passkey' });
    await expect(button).toBeEnabled();
    await look('the form');
    await button.click();
    await expect(page.getByRole('status').filter({ hasText: 'No passkey was used.' })).toBeVisible();
    await look('the form after a passkey that was not used');
    const { session, id: authenticatorId } = authenticator;
    await session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: false });
    await button.click();
    await expect(page.getByRole('button', { name: 'Waiting for your passkey' })).toBeVisible();
    await look('waiting for a passkey');
  });
}
