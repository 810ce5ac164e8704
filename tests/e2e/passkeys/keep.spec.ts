import { expect, password, recordRequests, signUp, test } from '#tests/e2e/fixtures.ts';
import { tabTo } from '#tests/e2e/pages/tab-to.ts';
import { makeStale } from '#tests/e2e/stale.ts';
import { confirmWith, dialogOf } from '#tests/e2e/step-up/asking.ts';
import { virtualAuthenticator } from './authenticator.ts';
import { addButton, addPasskey, cards, openPasskeys, removeFirst } from './keeping.ts';

test('a passkey is added, named and removed by keyboard alone', async ({ page, email }) => {
  await signUp(page.context(), email);
  const authenticator = await virtualAuthenticator(page);
  await openPasskeys(page);
  await tabTo(page, 'Add a passkey');
  await page.keyboard.press('Enter');
  const field = page.getByLabel('Name of this passkey');
  await expect(field).toBeFocused();
  await expect(field).toHaveValue('Passkey');
  expect(await authenticator.credentials()).toMatchObject([{ rpId: 'localhost', userName: email }]);
  // The name that was there is selected.
  await page.keyboard.type('My laptop');
  await page.keyboard.press('Enter');
  await expect(cards(page)).toContainText('My laptop');
  await expect(cards(page)).toContainText(/This device only\. Added .*, not used yet/);
  await expect(addButton(page)).toBeFocused();

  await tabTo(page, 'Rename');
  await page.keyboard.press('Enter');
  await expect(field).toBeFocused();
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Enter a name.')).toBeVisible();
  await page.keyboard.type('Laptop');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Laptop', exact: true })).toBeVisible();

  await tabTo(page, 'Remove');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Remove this passkey?' })).toBeVisible();
  await tabTo(page, 'Remove');
  await page.keyboard.press('Enter');
  await expect(cards(page)).toHaveCount(0);
  await expect(addButton(page)).toBeFocused();
});

test('the browser is told which passkeys are left, and forgets the one that was removed', async ({ page, email }) => {
  await signUp(page.context(), email);
  const authenticator = await virtualAuthenticator(page);
  await openPasskeys(page);
  await addPasskey(page, 'Laptop');
  expect(await authenticator.credentials()).toHaveLength(1);
  await removeFirst(page);
  await expect(cards(page)).toHaveCount(0);
  await expect.poll(async () => (await authenticator.credentials()).length).toBe(0);
});

test('a synced passkey says so', async ({ page, email }) => {
  await signUp(page.context(), email);
  await virtualAuthenticator(page, { isSynced: true });
  await openPasskeys(page);
  await addPasskey(page, 'Phone');
  await expect(cards(page)).toContainText(/Synced\. Added/);
});

test('a second one on the same device is refused in a sentence, and the first goes on', async ({ page, email }) => {
  await signUp(page.context(), email);
  const authenticator = await virtualAuthenticator(page);
  await openPasskeys(page);
  await addPasskey(page, 'Laptop');
  const [first] = await authenticator.credentials();
  await addButton(page).click();
  await expect(page.getByRole('alert').filter({ hasText: 'This device has a passkey' })).toBeVisible();
  expect((await authenticator.credentials()).map(({ credentialId }) => credentialId)).toEqual([first?.credentialId]);
  await expect(cards(page)).toHaveCount(1);
});

test('a device that cannot tell who it is makes no passkey, and the page says why', async ({ page, email }) => {
  await signUp(page.context(), email);
  const authenticator = await virtualAuthenticator(page, { isUserVerified: false });
  await openPasskeys(page);
  await addButton(page).click();
  await expect(page.getByRole('alert').filter({ hasText: 'the device could not tell that it is you' })).toBeVisible();
  expect(await authenticator.credentials()).toEqual([]);
  await page.reload();
  await expect(addButton(page)).toBeEnabled();
  await expect(cards(page)).toHaveCount(0);
});

test('a browser that knows no passkeys has no button for them', async ({ page, email }) => {
  await signUp(page.context(), email);
  await page.addInitScript(() => {
    Object.defineProperty(window, 'PublicKeyCredential', { value: undefined });
  });
  await page.goto('/account/security');
  await expect(page.getByText('This browser does not support passkeys.', { exact: false })).toBeVisible();
  await expect(addButton(page)).toHaveCount(0);
});

test('what nobody asked for is not loaded: the script of WebAuthn comes with the first click', async ({
  page,
  email,
}) => {
  await signUp(page.context(), email);
  await virtualAuthenticator(page);
  const requests = recordRequests(page);
  await openPasskeys(page);
  const scripts = () => requests.filter((request) => request.endsWith('.js')).length;
  await page.waitForLoadState('networkidle');
  const before = scripts();
  await addPasskey(page, 'Laptop');
  expect(scripts()).toBe(before + 1);
});

test('adding and removing ask who it is where that was shown long ago, and then go on by themselves', async ({
  page,
  server,
  email,
}) => {
  await signUp(page.context(), email);
  await virtualAuthenticator(page);
  await openPasskeys(page);
  makeStale(server, email);
  await addButton(page).click();
  await expect(dialogOf(page)).toBeVisible();
  await confirmWith(page, password);
  await expect(page.getByLabel('Name of this passkey')).toBeFocused();
  await page.getByRole('button', { name: 'Leave it' }).click();
  makeStale(server, email);
  await removeFirst(page);
  await confirmWith(page, password);
  await expect(cards(page)).toHaveCount(0);
});

test('two-step sign-in is turned on with a passkey alone, which is then the last factor', async ({ page, email }) => {
  await signUp(page.context(), email);
  await virtualAuthenticator(page);
  await openPasskeys(page);
  await addPasskey(page, 'Laptop');
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByRole('heading', { name: 'Keep these recovery codes' })).toBeFocused();
  const code = page.getByRole('listitem').filter({ hasText: /^([0-9A-Z]{4} ){5}[0-9A-Z]{4}$/ });
  const recoveryCode = await code.first().innerText();
  await page.getByLabel('I have kept them').check();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText('also asks for your passkey, or for a recovery code', { exact: false })).toBeVisible();
  await removeFirst(page);
  // This session has shown the password alone.
  await dialogOf(page).getByLabel('Recovery code').fill(recoveryCode);
  await confirmWith(page, password);
  await expect(page.getByText('Turn two-step sign-in off first.', { exact: false })).toBeVisible();
  await expect(cards(page)).toHaveCount(1);
});
