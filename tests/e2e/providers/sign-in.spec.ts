import { landing, paths } from '#lib/core/routes.ts';
import { accessToken, bearer, recordRequests } from '#tests/e2e/fixtures.ts';
import { tabTo } from '#tests/e2e/pages/tab-to.ts';
import { turnTwoStepOn, typeCode } from '#tests/e2e/sign-in/two-step.ts';
import { expect, failure, forget, press, signInWith, test } from './fixtures.ts';

test('makes an account with a provider, and signs in to it again', async ({ page, email }) => {
  await signInWith(page);
  const me = await page.context().request.get('/api/me', { headers: await bearer(page.context()) });
  const { id } = await me.json();
  await forget(page);
  await signInWith(page);
  const again = await page.context().request.get('/api/me', { headers: await bearer(page.context()) });
  expect(await again.json()).toMatchObject({ id, email, name: 'Ann' });
});

test('keeps where the person wanted to go, with its fragment, and whether to be remembered', async ({ page }) => {
  const next = `${paths.account}?a=b`;
  await page.goto(`${paths.login}?next=${encodeURIComponent(next)}#there`);
  await page.getByLabel('Remember me').check();
  await page.getByRole('button', { name: 'Continue with Acme' }).click();
  await page.waitForURL(`**${next}#there`);
  const refresh = (await page.context().cookies()).find(({ name }) => name.endsWith('refresh'));
  expect(refresh?.expires).toBeGreaterThan(Date.now() / 1000);
});

test('a provider that posts its answer signs in as well', async ({ page }) => {
  const posted: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && posted.push(new URL(request.url()).pathname));
  await signInWith(page, 'Posting');
  expect(posted).toContain('/api/auth/oidc/posting/callback');
});

test('by keyboard alone', async ({ page }) => {
  await page.goto(paths.login);
  await expect(page.getByRole('button', { name: 'Continue with Acme' })).toBeEnabled();
  await tabTo(page, 'Continue with Acme');
  await page.keyboard.press('Enter');
  await page.waitForURL(`**${landing}`);
});

test('asks for the second step after a provider, and goes on to where the person wanted', async ({
  page,
  server,
  email,
}) => {
  await signInWith(page);
  const { code } = await turnTwoStepOn(server, email);
  await forget(page);
  await press(page, 'Acme', `${paths.login}?next=${encodeURIComponent(paths.account)}`);
  await expect(page.getByRole('heading', { name: 'Second step' })).toBeVisible();
  expect((await page.context().request.get('/api/auth/session')).status()).toBe(401);
  await typeCode(page, code());
  await page.waitForURL(`**${paths.account}`);
});

test('whoever says no at the provider is told so, and nothing else happened', async ({ page, provider }) => {
  provider.isRefusing = true;
  await press(page);
  await expect(failure(page)).toContainText('You came back without a sign-in at Acme.');
  await page.getByRole('link', { name: 'Back to sign in' }).click();
  await expect(page.getByRole('button', { name: 'Continue with Acme' })).toBeEnabled();
  expect((await page.context().request.get('/api/auth/session')).status()).toBe(401);
});

test('an answer that was lost once is no failure', async ({ page }) => {
  let lost = 0;
  await page.route('**/complete', async (route) => {
    if (lost++ > 0) return route.continue();
    // The server does its part, and its cookies arrive.
    await route.fetch();
    await route.abort();
  });
  await press(page);
  await page.waitForURL(`**${landing}`);
  expect(lost).toBe(2);
});

test('two tabs at once both come through', async ({ page, context }) => {
  // Two first visits at once are more than this provider's own session takes.
  await signInWith(page);
  await forget(page, { domain: 'localhost' });
  const other = await context.newPage();
  for (const one of [page, other]) {
    await one.goto(paths.login);
    await expect(one.getByRole('button', { name: 'Continue with Acme' })).toBeEnabled();
  }
  await Promise.all([page, other].map((one) => one.getByRole('button', { name: 'Continue with Acme' }).click()));
  for (const one of [page, other]) await one.waitForURL(`**${landing}`);
  expect(await accessToken(context)).toMatch(/^ey/);
});

test('another tab at the sign-in page goes on as well', async ({ page, context }) => {
  const other = await context.newPage();
  await other.goto(paths.login);
  await expect(other.getByRole('button', { name: 'Continue with Acme' })).toBeEnabled();
  await signInWith(page);
  await other.waitForURL(`**${landing}`);
});

test('the code and the state are nowhere but in the request that needs them', async ({ page, provider }) => {
  const secrets = new Set<string>();
  const elsewhere: string[] = [];
  const texts: Promise<string>[] = [];
  page.on('request', async (request) => {
    const url = new URL(request.url());
    if (url.pathname.endsWith('/callback'))
      for (const name of ['code', 'state']) secrets.add(url.searchParams.get(name) ?? '');
    const { referer = '' } = await request.allHeaders().catch((): Record<string, string> => ({}));
    elsewhere.push(referer);
    if (!url.pathname.endsWith('/callback') && url.port === new URL(page.url()).port) elsewhere.push(request.url());
  });
  page.on('response', (response) => {
    const type = response.headers()['content-type'] ?? '';
    // The answer to start has the state: it is made there.
    const isOurs = !response.url().startsWith(provider.issuer) && !response.url().endsWith('/start');
    if (/html|x-component|json/.test(type) && isOurs) texts.push(response.text().catch(() => ''));
  });
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  await page.route('**/complete', async (route) => {
    await opened;
    await route.continue();
  });
  const completing = page.waitForRequest('**/complete');
  await press(page);
  await completing;
  await expect(page.getByRole('status').filter({ hasText: 'Signing you in' })).toBeVisible();
  const held = await page.evaluate(() => [
    location.href,
    JSON.stringify(history.state),
    document.documentElement.outerHTML,
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
    document.cookie,
    document.referrer,
  ]);
  open();
  await page.waitForURL(`**${landing}`);
  expect(secrets.size).toBe(2);
  const after = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  const all = [...held, after, ...elsewhere, ...(await Promise.all(texts))];
  const found = [...secrets].flatMap((secret) => all.filter((text) => text.includes(secret)));
  expect(secrets).not.toContain('');
  expect(found).toEqual([]);
  await page.goBack();
  expect(page.url()).not.toContain('code=');
});

test('a page that was loaded again says that what was sent is gone', async ({ page }) => {
  await page.goto(paths.loginContinue);
  await expect(failure(page)).toContainText('This page was loaded again.');
  await expect(page.getByRole('link', { name: 'Back to sign in' })).toHaveAttribute('href', paths.login);
});

test('a link to the answer of somebody else’s sign-in does nothing', async ({ page, server }) => {
  await page.goto(`${server.url}/api/auth/oidc/acme/callback?code=theirs&state=${'s'.repeat(43)}`);
  await expect(failure(page)).toContainText('This sign-in is over');
  expect(page.url()).toBe(`${server.url}${paths.loginContinue}`);
  expect((await page.context().request.get('/api/auth/session')).status()).toBe(401);
});

test('the provider that cannot be had is said at the buttons, and nobody leaves', async ({ page }) => {
  await page.route('**/start', (route) =>
    route.fulfill({ status: 503, json: { error: 'temporarily_unavailable', error_description: 'Busy just now.' } }),
  );
  await press(page);
  await expect(failure(page)).toContainText('Busy just now.');
  await expect(page.getByRole('button', { name: 'Continue with Acme' })).toBeEnabled();
  expect(new URL(page.url()).pathname).toBe(paths.login);
});

test('nothing of a provider is asked for before its button is pressed', async ({ page }) => {
  const seen = recordRequests(page);
  await page.goto(paths.login, { waitUntil: 'networkidle' });
  expect(seen.filter((one) => one.includes('/oidc/') || one.includes('providers'))).toEqual([]);
});
