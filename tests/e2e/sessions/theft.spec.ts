import { loginPath, paths } from '#lib/core/routes.ts';
import { cookieValue, expect, signInByHand, signUp, test } from '#tests/e2e/fixtures.ts';
import { openTab } from '#tests/e2e/network-fixtures.ts';
import { HttpClient } from '#tests/support/http-client.ts';

// Without grace, a used token is theft at the next millisecond; with it the same happens ten seconds later.
test.use({ settings: { REFRESH_GRACE_SECONDS: '0' } });

test('a stolen refresh token that is used again ends the session in the browser too', async ({
  context,
  server,
  email,
}) => {
  await signUp(context, email);
  const stolen = (await cookieValue(context, 'refresh')) ?? '';
  expect((await context.request.post('/api/auth/refresh')).status()).toBe(200);
  // With a token in hand, or the page may find out before anything is pressed.
  const page = await openTab(context);
  await expect(page.getByText('This device')).toBeVisible();

  const thief = new HttpClient(server.port);
  thief.cookies = { 'latchkey-refresh': stolen };
  const theft = await thief.send('POST', '/api/auth/refresh');
  expect([theft.status, theft.headers['set-cookie']]).toEqual([401, undefined]);

  await page.getByRole('button', { name: 'End all other sessions' }).click();
  await expect(page).toHaveURL(loginPath(paths.sessions));
  await page.goto(paths.sessions);
  await expect(page).toHaveURL(loginPath(paths.sessions));
  await expect(page.getByRole('note')).toContainText('a copy of your session was used somewhere else');

  await signInByHand(page, email);
  await expect(page).toHaveURL(paths.sessions);
  await page.goto(paths.activity);
  await expect(page.getByText(/a copy of its session was used/)).toBeVisible();
});
