import { landing, loginPath, paths, refreshPath } from '#lib/core/routes.ts';
import { expect, password, takenOver } from '#tests/e2e/fixtures.ts';
import { test } from '#tests/e2e/https-fixtures.ts';

test('over https the cookies are Secure, host-only and out of reach of scripts', async ({ page, context, email }) => {
  await page.goto('/register');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page).toHaveURL(landing);

  const cookies = (await context.cookies()).filter(
    ({ name }) => name.includes('latchkey-refresh') || name.includes('latchkey-session'),
  );
  expect(cookies.map(({ name }) => name).sort()).toEqual(['__Host-latchkey-refresh', '__Host-latchkey-session']);
  for (const cookie of cookies) {
    expect(cookie).toMatchObject({
      secure: true,
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
      domain: 'localhost',
      expires: -1,
    });
  }
  expect(await page.evaluate(() => document.cookie)).not.toContain('latchkey-refresh');
  await takenOver(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/login/);
  expect((await context.cookies()).filter(({ httpOnly }) => httpOnly)).toEqual([]);
});

test('over https a choice of colours is bound to the host too, and the server renders it', async ({
  page,
  context,
}) => {
  await page.goto('/login');
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
  await page.getByTitle('Dark').click();
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({
    name: '__Host-latchkey-theme',
    value: 'dark',
    secure: true,
    sameSite: 'Lax',
    path: '/',
  });
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('over https pages ask browsers to stay there, and redirects keep the public origin', async ({
  request,
  server,
}) => {
  const page = await request.get('/login');
  expect(page.headers()['strict-transport-security']).toContain('max-age=');
  const redirect = await request.get(refreshPath(paths.account), {
    maxRedirects: 0,
    headers: { Accept: 'text/html', 'X-Forwarded-Host': 'evil.example' },
  });
  expect(redirect.headers().location).toBe(server.url + loginPath(paths.account));
});
