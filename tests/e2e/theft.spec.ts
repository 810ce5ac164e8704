import { cookieValue, expect, password, test } from './fixtures.ts';

// Without grace, a used token is theft at the next millisecond; with it the same happens ten seconds later.
test.use({ settings: { REFRESH_GRACE_SECONDS: '0' } });

test('a stolen refresh token that is used again ends the session in the browser too', async ({
  signedInPage: page,
  playwright,
  server,
  email,
}) => {
  const stolen = await cookieValue(page.context(), 'refresh');
  // Nothing that the first page still asks for may be taken for the second page's.
  await page.goto('about:blank');
  const renewed = await page.context().request.post('/api/auth/refresh');
  expect(renewed.status()).toBe(200);
  // Or the page may find out before anything is typed into it.
  const tokenTaken = page.waitForResponse((response) => response.url().endsWith('/api/auth/session'));
  await page.goto('/tasks');
  await tokenTaken;
  await expect(page.getByRole('heading', { name: 'Tasks' })).toBeVisible();

  const thief = await playwright.request.newContext({ baseURL: server.url });
  const theft = await thief.post('/api/auth/refresh', { headers: { Cookie: `latchkey-refresh=${stolen}` } });
  expect(theft.status()).toBe(401);
  expect(theft.headersArray().filter(({ name }) => name.toLowerCase() === 'set-cookie')).toEqual([]);
  await thief.dispose();

  await page.getByLabel('New task').fill('Never written');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page).toHaveURL('/login?next=%2Ftasks');
  await page.goto('/tasks');
  await expect(page).toHaveURL('/login?next=%2Ftasks');
  await expect(page.getByRole('note')).toContainText('a copy of your session was used somewhere else');

  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL('/tasks');
  await page.goto('/account/activity');
  await expect(page.getByText(/a copy of its session was used/)).toBeVisible();
});
