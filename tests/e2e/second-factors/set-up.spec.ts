import { expect, password, signUp, test } from '#tests/e2e/fixtures.ts';
import { stored } from '#tests/e2e/page-storage.ts';
import { makeStale } from '#tests/e2e/stale.ts';
import { confirmWith as confirmPassword, dialogOf } from '#tests/e2e/step-up/asking.ts';
import { appCodeOf } from '#tests/support/app-code.ts';
import {
  codeOf,
  confirmWith,
  keepCodes,
  keptHeading,
  openSecurity,
  readKey,
  scanHeading,
  setUpButton,
} from './set-up.ts';

test('two-step sign-in is set up, its codes are kept, and it is turned off', async ({ page, email }) => {
  await signUp(page.context(), email);
  await openSecurity(page);
  await setUpButton(page).click();
  const key = await readKey(page);
  await expect(page.getByRole('img', { name: 'Picture for your authenticator app' })).toBeVisible();
  await page.getByLabel('Code').fill(codeOf(key).replace(/\d$/, (digit) => String((Number(digit) + 5) % 10)));
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByText('This is not the code that your app shows now.')).toBeVisible();
  const codes = await confirmWith(page, key);
  expect(new Set(codes).size).toBe(10);
  const file = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  expect((await file).suggestedFilename()).toBe('latchkey-recovery-codes.txt');
  await keepCodes(page);
  await expect(page.getByText('Authenticator app, added')).toBeVisible();

  await page.getByRole('button', { name: 'Make new codes' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make new codes' }).click();
  await expect(keptHeading(page)).toBeVisible();
  await keepCodes(page);

  await page.getByRole('button', { name: 'Turn off' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click();
  await expect(setUpButton(page)).toBeVisible();
  await expect(page.getByText('10 are left')).toHaveCount(0);
});

test('setting up asks who it is where that was shown long ago, and then goes on by itself', async ({
  page,
  server,
  email,
}) => {
  await signUp(page.context(), email);
  await openSecurity(page);
  makeStale(server, email);
  await setUpButton(page).click();
  await expect(dialogOf(page)).toBeVisible();
  await confirmPassword(page, password);
  await expect(scanHeading(page)).toBeVisible();
});

test('turning it off asks for the password and a code where they were shown long ago', async ({
  page,
  server,
  email,
}) => {
  await signUp(page.context(), email);
  await openSecurity(page);
  await setUpButton(page).click();
  const key = await readKey(page);
  await confirmWith(page, key);
  await keepCodes(page);
  makeStale(server, email);
  await page.getByRole('button', { name: 'Turn off' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click();
  const dialog = dialogOf(page);
  // The code that set the app up is used; the clock of an app may be ahead by one.
  await dialog.getByLabel('Code', { exact: true }).fill(appCodeOf(key, new Date(), 1));
  await confirmPassword(page, password);
  await expect(setUpButton(page)).toBeVisible();
});

test('recovery codes are printed without the page around them', async ({ page, email }) => {
  await signUp(page.context(), email);
  await openSecurity(page);
  await setUpButton(page).click();
  const [first = ''] = await confirmWith(page, await readKey(page));
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await expect(page.getByText(first)).toBeVisible();
  await expect(page.getByText('Latchkey recovery codes.', { exact: false })).toBeVisible();
  for (const other of [keptHeading(page), page.getByText('Two-step sign-in').first(), page.getByRole('banner')])
    await expect(other).toBeHidden();
  expect((await page.pdf()).toString('latin1').match(/\/Type \/Page\b/g)).toHaveLength(1);
});

test('key and recovery codes are in no address, page, store or line of the log', async ({ page, server, email }) => {
  await signUp(page.context(), email);
  const seen: string[] = [];
  const reading: Promise<unknown>[] = [];
  const makers = ['/api/auth/totp', '/api/auth/totp/confirm'];
  page.on('response', (response) => {
    seen.push(response.url());
    if (makers.includes(new URL(response.url()).pathname)) return;
    reading.push(
      response
        .text()
        .then((body) => seen.push(body))
        .catch(() => null),
    );
  });
  await openSecurity(page);
  await setUpButton(page).click();
  const key = await readKey(page);
  const codes = await confirmWith(page, key);
  await keepCodes(page);
  await page.reload();
  await expect(page.getByText('10 are left')).toBeVisible();
  await Promise.all(reading);
  seen.push(await page.content(), page.url(), ...server.output);
  expect(seen.length).toBeGreaterThan(10);
  const secrets = [key, ...codes].flatMap((secret) => [secret, secret.replaceAll(' ', '')]);
  expect(secrets.filter((secret) => seen.some((text) => text.includes(secret)))).toEqual([]);
  expect(await stored(page)).toBe(0);
});
