import { freePort, startServer } from '#tests/support/server.ts';
import { startTlsProxy } from '#tests/support/tls-proxy.ts';
import { test as base, expect, password } from './fixtures.ts';

const test = base.extend({
  // Behind a proxy the app is told its public origin; it takes it from nowhere else.
  server: [
    async ({ settings }, use) => {
      const [port, httpsPort] = [await freePort(), await freePort()];
      const server = await startServer({
        PORT: String(port),
        APP_URL: `https://localhost:${httpsPort}`,
        TRUSTED_PROXY_HOPS: '1',
        ...settings,
      });
      const proxy = await startTlsProxy(httpsPort, port);
      await use({ ...server, url: proxy.url });
      await proxy.stop();
      await server.stop();
    },
    { scope: 'worker' },
  ],
});
test.use({ ignoreHTTPSErrors: true });

test('over https the cookies are Secure, host-only and out of reach of scripts', async ({ page, context, email }) => {
  await page.goto('/register');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('heading', { name: 'Tasks' })).toBeVisible();

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
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/login/);
  expect((await context.cookies()).filter(({ httpOnly }) => httpOnly)).toEqual([]);
});

test('over https pages ask browsers to stay there, and redirects keep the public origin', async ({
  request,
  server,
}) => {
  const page = await request.get('/login');
  expect(page.headers()['strict-transport-security']).toContain('max-age=');
  const redirect = await request.get('/api/auth/refresh?next=/tasks', {
    maxRedirects: 0,
    headers: { Accept: 'text/html', 'X-Forwarded-Host': 'evil.example' },
  });
  expect(redirect.headers().location).toBe(`${server.url}/login?next=%2Ftasks`);
});
