/** Two apps on ports of one host, whose cookies a browser does not keep apart (RFC 6265 section 8.5). */
import { paths } from '#lib/core/routes.ts';
import { expect, password, signUp, test } from '#tests/e2e/fixtures.ts';
import { startServer } from '#tests/support/server.ts';

test('with a COOKIE_NAME of its own, a second app on the host signs nobody out of the first', async ({
  context,
  page,
  server,
  email,
}) => {
  const other = await startServer({ COOKIE_NAME: 'other' });
  try {
    await signUp(context, email);
    await context.request.post(`${other.url}/api/auth/register`, { data: { email, password } });
    const names = (await context.cookies()).map(({ name }) => name).sort();
    expect(names).toEqual(['latchkey-refresh', 'latchkey-session', 'other-refresh', 'other-session']);
    for (const { url } of [other, server]) {
      expect((await context.request.post(`${url}/api/auth/refresh`)).status()).toBe(200);
      await page.goto(url + paths.account);
      expect(page.url()).toBe(url + paths.account);
    }
    expect((await context.request.post(`${other.url}/api/auth/logout`)).status()).toBe(204);
    await page.goto(other.url + paths.account);
    expect(new URL(page.url()).pathname).toBe(paths.login);
    await page.goto(server.url + paths.account);
    expect(page.url()).toBe(server.url + paths.account);
  } finally {
    await other.stop();
  }
});
