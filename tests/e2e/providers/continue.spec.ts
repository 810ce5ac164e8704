import type { Page } from '@playwright/test';
import { landing, paths } from '#lib/core/routes.ts';
import { bearer, password, signUp } from '#tests/e2e/fixtures.ts';
import { lookAt, widths } from '#tests/e2e/pages/look.ts';
import { tabTo } from '#tests/e2e/pages/tab-to.ts';
import { turnTwoStepOn, typeCode } from '#tests/e2e/sign-in/two-step.ts';
import { expect, failure, forget, press, signInWith, test } from './fixtures.ts';

const meeting = (page: Page) => page.getByRole('heading', { name: 'You already have an account' });
const connect = (page: Page) => page.getByRole('button', { name: 'Sign in and connect Acme' });

/** Makes an account with a password, leaves it, and comes by the provider with its address. */
async function meet(page: Page, email: string, next: string = landing): Promise<void> {
  await signUp(page.context(), email);
  await forget(page);
  await press(page, 'Acme', `${paths.login}?next=${encodeURIComponent(next)}`);
  await expect(meeting(page)).toBeVisible();
}

/** What is connected to the account of the context's person. */
async function connected(page: Page): Promise<string[]> {
  const response = await page.context().request.get('/api/auth/identities', { headers: await bearer(page.context()) });
  return (await response.json()).items.map(({ provider }: { provider: string }) => provider);
}

test('an account with the address is connected after its password, and signs in from then on', async ({
  page,
  email,
}) => {
  await meet(page, email, paths.account);
  await expect(page.getByText(email)).toBeVisible();
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await connect(page).click();
  await expect(failure(page)).toBeVisible();
  await page.getByLabel('Password', { exact: true }).fill(password);
  await connect(page).click();
  await page.waitForURL(`**${paths.account}`);
  expect(await connected(page)).toEqual(['acme']);
  await forget(page);
  await signInWith(page);
});

test('an account with two-step sign-in is asked for its code in the same page', async ({ page, server, email }) => {
  await signUp(page.context(), email);
  const { code } = await turnTwoStepOn(server, email);
  await forget(page);
  await press(page);
  await expect(meeting(page)).toBeVisible();
  await page.getByLabel('Password', { exact: true }).fill(password);
  await connect(page).click();
  await expect(page.getByRole('heading', { name: 'Second step' })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe(paths.loginContinue);
  await typeCode(page, code());
  await page.waitForURL(`**${landing}`);
  expect(await connected(page)).toEqual(['acme']);
});

test('by keyboard alone', async ({ page, email }) => {
  await meet(page, email);
  await tabTo(page, 'Password');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**${landing}`);
  expect(await connected(page)).toEqual(['acme']);
});

test('loading the page again says what is lost, and starting again leads back', async ({ page, email }) => {
  await meet(page, email);
  await page.reload();
  await expect(failure(page)).toContainText('This page was loaded again.');
  await page.getByRole('link', { name: 'Back to sign in' }).click();
  await page.getByRole('button', { name: 'Continue with Acme' }).click();
  await expect(meeting(page)).toBeVisible();
});

test('a provider that is away is waited for, and can be tried again by hand', async ({ page }) => {
  let calls = 0;
  const away = { error: 'temporarily_unavailable', error_description: 'Busy.' };
  await page.route('**/complete', (route) =>
    ++calls <= 7 ? route.fulfill({ status: 503, json: away, headers: { 'retry-after': '0' } }) : route.continue(),
  );
  await press(page);
  await expect(failure(page)).toContainText('Acme does not answer just now.');
  expect(calls).toBe(6);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.waitForURL(`**${landing}`);
});

for (const [name, change, words] of [
  ['no address that it confirms', { email_verified: false }, 'Acme does not confirm an email address of yours'],
] as const) {
  test(`a provider with ${name} is explained`, async ({ page, provider }) => {
    provider.person = { ...provider.person, ...change };
    await press(page);
    await expect(failure(page)).toContainText(words);
  });
}

for (const width of widths) {
  test(`no state at ${width} px breaks the policy, fails axe, jumps or scrolls sideways`, async ({
    page,
    provider,
    email,
    violations,
  }) => {
    await page.setViewportSize({ width, height: 800 });
    const look = (state: string) => lookAt(page, state, violations);
    for (const path of [paths.login, paths.register]) {
      await page.goto(path);
      await expect(page.getByRole('button', { name: 'Continue with Acme' })).toBeEnabled();
      await look(path);
    }
    await signUp(page.context(), email);
    await forget(page);
    let goOn = () => {};
    const lookedAt = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await page.route('**/complete', (route) => lookedAt.then(() => route.continue()));
    await press(page);
    await expect(page.getByText('Signing you in')).toBeVisible();
    await look('signing in');
    goOn();
    await expect(meeting(page)).toBeVisible();
    await look('an account is met');
    await page.getByRole('button', { name: 'Sign in and connect Acme' }).click();
    await expect(page.getByText('Enter your password')).toBeVisible();
    await look('without a password');
    provider.isRefusing = true;
    await forget(page);
    await press(page);
    await expect(failure(page)).toBeVisible();
    await look('refused');
  });
}
