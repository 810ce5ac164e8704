import { api, landing, paths } from '#lib/core/routes.ts';
import { accessToken, expect, recordRequests, signInByHand, test } from '#tests/e2e/fixtures.ts';
import { tabTo } from '#tests/e2e/pages/tab-to.ts';
import { forgetPasskeys, watchCeremonies, withoutSuggestions, withPasskey } from './passkeys.ts';

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
const asking = `POST ${api.passkeysRequest}`;

test('the button signs in with a passkey, and leads where somebody was going', async ({ page, server, email }) => {
  await withoutSuggestions(page);
  await withPasskey(page, server, email);
  await page.goto(`${paths.login}?next=${encodeURIComponent(`${paths.sessions}?page=1`)}#list`);
  await page.getByRole('checkbox', { name: 'Remember me' }).check();
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page).toHaveURL(`${paths.sessions}?page=1#list`);
  const cookies = await page.context().cookies();
  expect(cookies.map(({ name }) => name).sort()).toEqual(['latchkey-refresh', 'latchkey-session']);
  // Kept when the browser closes, as was asked for.
  for (const { expires } of cookies) expect(expires).toBeGreaterThan(Date.now() / 1000 + 60 * 60);
  expect(claimsOf(await accessToken(page.context()))).toMatchObject({ acr: 'aal2', amr: ['pop', 'user', 'mfa'] });
});

test('the button works by keyboard alone', async ({ page, server, email }) => {
  await withoutSuggestions(page);
  await withPasskey(page, server, email);
  await page.goto(paths.login);
  await expect(page.getByRole('button', { name: 'Sign in with a passkey' })).toBeEnabled();
  await tabTo(page, 'Sign in with a passkey');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(landing);
});

test('a sign-in in one tab takes another along', async ({ page, server, email, context }) => {
  await withoutSuggestions(page);
  await withPasskey(page, server, email);
  const other = await context.newPage();
  await other.goto(paths.login);
  await expect(other.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
  await page.goto(paths.login);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page).toHaveURL(landing);
  await expect(other).toHaveURL(landing);
});

test('a device that cannot tell who it is signs nobody in, says so, and the password still does', async ({
  page,
  server,
  email,
}) => {
  await withoutSuggestions(page);
  await withPasskey(page, server, email, { isUserVerified: false });
  await page.goto(paths.login);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'No passkey was used.' })).toBeVisible();
  await expect(page.getByRole('alert').filter({ hasText: /\S/ })).toHaveCount(0);
  await signInByHand(page, email);
  await expect(page).toHaveURL(landing);
});

test('a passkey that is not known here is said to be so, and to the browser as well', async ({
  page,
  server,
  email,
}) => {
  await page.addInitScript(() => {
    Object.assign(PublicKeyCredential, {
      signalUnknownCredential: async (said: object) => Object.assign(window, { said }),
    });
  });
  await withoutSuggestions(page);
  const authenticator = await withPasskey(page, server, email);
  await forgetPasskeys(server, email);
  await page.goto(paths.login);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'not known here any more' })).toBeVisible();
  const [kept] = await authenticator.credentials();
  const credentialId = Buffer.from(kept?.credentialId ?? '', 'base64').toString('base64url');
  expect(await page.evaluate(() => Object(window).said)).toEqual({ rpId: 'localhost', credentialId });
  await signInByHand(page, email);
  await expect(page).toHaveURL(landing);
});

test('too many tries, and no answer, are said in words', async ({ page, server, email }) => {
  await withoutSuggestions(page);
  await withPasskey(page, server, email);
  await page.goto(paths.login);
  const body = { error: 'slow_down', error_description: 'Too many tries.' };
  await page.route('**/api/auth/token', (route) =>
    route.fulfill({ status: 429, headers: { 'Retry-After': '40' }, json: body }),
  );
  const button = page.getByRole('button', { name: 'Sign in with a passkey' });
  await button.click();
  await expect(page.getByRole('alert').filter({ hasText: 'Come back in 40 seconds' })).toBeVisible();
  await page.route('**/api/auth/passkeys/request', (route) => route.abort());
  await button.click();
  await expect(page.getByRole('alert').filter({ hasText: 'could not be reached' })).toBeVisible();
});

test.describe('the suggestions of the email field', () => {
  test('sign in with a passkey that is picked', async ({ page, server, email }) => {
    const ceremonies = await watchCeremonies(page);
    await withPasskey(page, server, email);
    await page.goto(paths.login);
    await expect(page).toHaveURL(landing);
    expect(ceremonies).toEqual(['conditional begins', 'conditional is taken']);
    expect(claimsOf(await accessToken(page.context()))).toMatchObject({ acr: 'aal2', amr: ['pop', 'user', 'mfa'] });
  });

  test('are taken back before the button asks, and come again after that ended in nothing', async ({
    page,
    server,
    email,
  }) => {
    const ceremonies = await watchCeremonies(page);
    const { session, id: authenticatorId } = await withPasskey(page, server, email, { isTouched: false });
    await page.goto(paths.login);
    await expect(page.getByLabel('Email')).toHaveAttribute('autocomplete', 'username webauthn');
    await expect.poll(() => ceremonies).toEqual(['conditional begins']);
    await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: true });
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'No passkey was used.' })).toBeVisible();
    const button = ['modal begins', 'modal NotAllowedError'];
    await expect
      .poll(() => ceremonies.slice(0, 5))
      .toEqual(['conditional begins', 'conditional AbortError', ...button, 'conditional begins']);
  });

  test('do not begin where the button was pressed while the server was still asked for them', async ({
    page,
    server,
    email,
  }) => {
    const ceremonies = await watchCeremonies(page);
    await withPasskey(page, server, email);
    const calls: string[] = [];
    page.on('requestfailed', (request) => request.url().endsWith(api.passkeysRequest) && calls.push('given up'));
    await page.route(`**${api.passkeysRequest}`, async (route) => {
      calls.push('asked');
      // The first is never answered.
      if (calls.length > 1) await route.continue();
    });
    await page.goto(paths.login);
    await expect.poll(() => calls).toEqual(['asked']);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await expect(page).toHaveURL(landing);
    expect(calls).toEqual(['asked', 'given up', 'asked']);
    expect(ceremonies).toEqual(['modal begins', 'modal is taken']);
  });

  test('end after three picks that failed, without a loop', async ({ page, server, email }) => {
    const requests = recordRequests(page);
    await withPasskey(page, server, email);
    const json = { error: 'invalid_grant', error_description: 'This passkey was not taken.' };
    await page.route('**/api/auth/token', (route) => route.fulfill({ status: 401, json }));
    await page.goto(paths.login);
    const tries = () => requests.filter((one) => one === 'POST /api/auth/token').length;
    await expect.poll(tries).toBe(3);
    await expect(page.getByRole('alert').filter({ hasText: 'This passkey was not taken.' })).toBeVisible();
    await page.unroute('**/api/auth/token');
    await signInByHand(page, email);
    await expect(page).toHaveURL(landing);
    expect([tries(), requests.filter((one) => one === asking).length]).toEqual([4, 3]);
  });

  test('are renewed after four minutes, not while the page is hidden, and the page is not loaded again', async ({
    page,
    server,
    email,
  }) => {
    const ceremonies = await watchCeremonies(page);
    await withPasskey(page, server, email, { isTouched: false });
    await page.clock.install();
    const requests = recordRequests(page);
    await page.goto(paths.login);
    await expect.poll(() => ceremonies).toEqual(['conditional begins']);
    const asked = () => requests.filter((one) => one === asking).length;
    await page.clock.runFor('03:30');
    expect(asked()).toBe(1);
    await page.clock.runFor('00:31');
    await expect.poll(asked).toBe(2);
    await expect.poll(() => ceremonies).toEqual(['conditional begins', 'conditional AbortError', 'conditional begins']);
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    });
    await page.clock.runFor('10:00');
    expect(asked()).toBe(2);
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await expect.poll(asked).toBe(3);
    expect(requests.filter((one) => one === `GET ${paths.login}`)).toHaveLength(1);
  });
});

test.describe('where the app has an IP address for a name', () => {
  test.use({ settings: { APP_URL: 'http://127.0.0.1:3000' } });

  test('the page offers no passkey', async ({ page }) => {
    const requests = recordRequests(page);
    await page.goto(paths.login, { waitUntil: 'networkidle' });
    await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
    await expect(page.getByRole('button', { name: 'Sign in with a passkey' })).toHaveCount(0);
    await expect(page.getByLabel('Email')).toHaveAttribute('autocomplete', 'username');
    expect(requests).not.toContain(asking);
  });
});

test('a browser that knows no passkeys shows no button for them, and nothing jumps', async ({ page }) => {
  await page.addInitScript(() => Object.assign(window, { PublicKeyCredential: undefined }));
  const requests = recordRequests(page);
  await page.goto(paths.login);
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
  await expect(page.getByRole('button', { name: 'Sign in with a passkey' })).toBeHidden();
  await page.waitForLoadState('networkidle');
  expect(requests).not.toContain(asking);
});
