import { paths } from '#lib/core/routes.ts';
import { expect, test } from '#tests/e2e/fixtures.ts';
import { lookAt, widths } from '#tests/e2e/pages/look.ts';

const secret = { client_id: 'latchkey', client_secret: 'a secret of the tests only' };
// Nobody goes there: the app starts without its providers, and shows them.
const five = [
  { ...secret, id: 'google', preset: 'google' },
  { ...secret, id: 'microsoft', preset: 'microsoft', tenant: '11111111-2222-3333-4444-555555555555' },
  { ...secret, id: 'github', preset: 'github' },
  { ...secret, id: 'acme', issuer: 'https://id.acme.example', name: 'Acme' },
  { ...secret, id: 'long', issuer: 'https://id.long.example', name: 'The Municipal Library of Long Words' },
];

test.use({ settings: { PASSWORD_SIGN_IN: 'off', OIDC_PROVIDERS: JSON.stringify(five), MAIL_FROM: 'app@example.org' } });

const names = ['Google', 'Microsoft', 'GitHub', 'Acme', 'The Municipal Library of Long Words'];

for (const path of [paths.login, paths.register]) {
  test(`${path} asks for no password, and names what signs in, in the order of the settings`, async ({ page }) => {
    await page.goto(path);
    await expect(page.getByRole('button', { name: /^Continue with / })).toHaveText(
      names.map((name) => `Continue with ${name}`),
    );
    await expect(page.getByLabel('Password')).toHaveCount(0);
    await expect(page.getByLabel('Email')).toHaveCount(0);
    await expect(page.getByRole('link', { name: /forgot|create an account/i })).toHaveCount(0);
    await expect(page.getByLabel('Remember me')).toBeVisible();
    await expect(
      page
        .getByRole('main')
        .getByText(/a service/)
        .first(),
    ).toBeVisible();
  });
}

for (const path of [paths.forgot, paths.reset]) {
  test(`${path} says how to sign in`, async ({ page }) => {
    await page.goto(path);
    await expect(page.getByText('Nobody signs in with a password here.')).toBeVisible();
    await expect(page.getByRole('textbox')).toHaveCount(0);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await expect(page.getByRole('button', { name: 'Continue with Google' })).toBeVisible();
  });
}

test('the buttons are there without any script', async ({ browser, server }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${server.url}${paths.login}`);
  await expect(page.getByRole('button', { name: /^Continue with / })).toHaveCount(5);
  await context.close();
});

for (const width of widths) {
  test(`no page at ${width} px breaks the policy, fails axe, jumps or scrolls sideways`, async ({
    page,
    violations,
  }) => {
    await page.setViewportSize({ width, height: 800 });
    for (const path of [paths.login, paths.register, paths.forgot]) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await lookAt(page, path, violations);
    }
  });
}
