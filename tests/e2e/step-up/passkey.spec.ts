import { paths } from '#lib/core/routes.ts';
import { expect, password, signInByHand } from '#tests/e2e/fixtures.ts';
import { test } from '#tests/e2e/https-fixtures.ts';
import { lookAt, widths } from '#tests/e2e/pages/look.ts';
import { tabTo } from '#tests/e2e/pages/tab-to.ts';
import { makeStale } from '#tests/e2e/stale.ts';
import { ask, dialogOf, expectDone, openAccount, stepUp } from './asking.ts';
import { resetLink } from './reset-link.ts';
import { carry, withPasskey } from './with-passkey.ts';

test.describe.configure({ timeout: 180_000 });
const chosen = 'quite different unrelated words';
const cancelled = 'No passkey was used';

for (const width of widths) {
  test(`at ${width} px the dialog takes a passkey, by keyboard alone, and goes on by itself`, async ({
    page,
    server,
    email,
    violations,
  }) => {
    const look = (state: string) => lookAt(page, state, violations);
    await page.setViewportSize({ width, height: 800 });
    const { passkey } = await withPasskey(server, email);
    const authenticator = await carry(page, passkey);
    await page.goto(paths.login);
    await signInByHand(page, email, password);
    await expect(page).not.toHaveURL(/login/);
    const scripts: string[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script') scripts.push(response.url());
    });
    await openAccount(page);
    makeStale(server, email);
    await ask(page);
    const dialog = dialogOf(page);
    await expect(dialog.getByLabel('Password', { exact: true })).toBeFocused();
    await expect(dialog.getByText('your password, or a passkey,')).toBeVisible();
    await expect(dialog.getByLabel('Code', { exact: true })).toHaveCount(0);
    await look('confirming, where there is a passkey');

    await authenticator.setUserVerified(false);
    const loaded = scripts.length;
    const use = dialog.getByRole('button', { name: 'Use a passkey' });
    await tabTo(page, 'Use a passkey');
    await page.keyboard.press('Enter');
    await expect(dialog.getByRole('alert')).toContainText(cancelled);
    await expect(use).toBeFocused();
    // Its code came only now.
    expect(scripts.length).toBeGreaterThan(loaded);
    await look('confirming, no passkey was used');

    await authenticator.setUserVerified(true);
    const sent = page.waitForRequest((one) => `${one.method()} ${new URL(one.url()).pathname}` === stepUp);
    await page.keyboard.press('Enter');
    const body = JSON.parse((await sent).postData() ?? '{}');
    expect(Object.keys(body).toSorted()).toEqual(['ceremony', 'credential']);
    await expectDone(page);
  });

  test(`at ${width} px a link to set a password takes a passkey, offers what the account has, and removes ways in`, async ({
    page,
    server,
    email,
    violations,
  }) => {
    const look = (state: string) => lookAt(page, state, violations);
    await page.setViewportSize({ width, height: 800 });
    const { passkey, client } = await withPasskey(server, email);
    const turned = await client.send('PUT', '/api/auth/two-step', { json: { enabled: true } });
    expect(turned.status).toBe(200);
    const authenticator = await carry(page, passkey);
    await page.goto(resetLink(server, email));
    const use = page.getByRole('button', { name: 'Use a passkey' });
    const send = page.getByRole('button', { name: 'Set password' });
    await expect(send).toBeEnabled();
    await expect(use).toHaveCount(0);
    await page.getByLabel('New password').fill(chosen);
    await page.getByLabel('Also remove all passkeys and other ways to sign in').check();
    await look('a reset that removes ways in');
    await send.click();
    await expect(use).toBeVisible();
    // There is no app: only what the account has is offered.
    await expect(page.getByLabel('Recovery code', { exact: true })).toBeFocused();
    await expect(page.getByLabel('Code', { exact: true })).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Use your app' })).toHaveCount(0);
    await look('a reset that needs a passkey');
    await authenticator.setUserVerified(false);
    await use.click();
    await expect(page.getByRole('alert').filter({ hasText: cancelled })).toBeVisible();
    await look('a reset, no passkey was used');
    await authenticator.setUserVerified(true);
    await use.click();
    await expect(page.getByRole('status').filter({ hasText: 'Your new password is set' })).toBeVisible();
    const own = await client.send('GET', '/api/me');
    expect(own.status).toBe(401);
    await page.getByRole('link', { name: 'Sign in with it' }).click();
    await signInByHand(page, email, chosen);
    await expect(page.getByRole('heading', { name: 'Second step' })).toBeVisible();
  });
}

test('the dialog offers no passkey where the account has none', async ({ page, server, email, client }) => {
  expect(client.token).not.toBeNull();
  await page.goto(paths.login);
  await signInByHand(page, email, password);
  await expect(page).not.toHaveURL(/login/);
  await openAccount(page);
  makeStale(server, email);
  await ask(page);
  await expect(dialogOf(page)).toBeVisible();
  await expect(dialogOf(page).getByRole('button', { name: 'Use a passkey' })).toHaveCount(0);
});
