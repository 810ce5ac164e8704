import { landing, paths, refreshPath } from '#lib/core/routes.ts';
import { cookieValue, expect, password, recordRequests, signUp, test } from '#tests/e2e/fixtures.ts';
import { expirePageSession, openWithExpiredToken } from '#tests/e2e/forged.ts';
import { HttpClient } from '#tests/support/http-client.ts';

test('a page is rendered after its access token ended, with no login form in between', async ({
  context,
  page,
  email,
}) => {
  await signUp(context, email);
  const before = await cookieValue(context, 'refresh');
  await expirePageSession(context);
  const visited: string[] = [];
  page.on('framenavigated', (frame) => visited.push(new URL(frame.url()).pathname));
  const response = await page.goto(landing);
  expect(response?.status()).toBe(200);
  expect(response?.request().redirectedFrom()?.url()).toContain(refreshPath(landing));
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
  expect(new Set(visited)).toEqual(new Set([landing]));
  expect(await cookieValue(context, 'refresh')).not.toBe(before);
});

test('calls that meet an expired token, one or ten at once, share one refresh and are each sent once more', async ({
  context,
  page,
  server,
  email,
}) => {
  await signUp(context, email);
  for (let devices = 1; devices <= 10; devices++)
    await new HttpClient(server.port).authenticate('/api/auth/token', { email, password });
  await openWithExpiredToken(page, paths.sessions);
  const requests = recordRequests(page);
  const ends = page.getByRole('button', { name: 'End session' });
  await expect(ends).toHaveCount(10);
  const ended: string[] = [];
  page.on('response', (one) => {
    if (one.request().method() === 'DELETE' && one.status() === 204) ended.push(one.url());
  });
  await ends.evaluateAll((buttons: HTMLElement[]) => {
    for (const button of buttons) button.click();
  });
  const sent = () => requests.filter((one) => one.startsWith('DELETE /api/auth/sessions/'));
  // A page that is left sends no more of what still waits.
  await expect.poll(() => ended).toHaveLength(10);
  expect(sent()).toHaveLength(20);
  await expect(ends).toHaveCount(0);
  expect(requests.filter((one) => one === 'POST /api/auth/refresh')).toHaveLength(1);

  await openWithExpiredToken(page, paths.sessions);
  requests.length = 0;
  await page.getByRole('button', { name: 'End all other sessions' }).click();
  await expect(page.getByText('This is the only device that is signed in.')).toBeVisible();
  expect(requests.filter((one) => one === 'DELETE /api/auth/sessions')).toHaveLength(2);
  expect(requests.filter((one) => one === 'POST /api/auth/refresh')).toHaveLength(1);
  expect(page.url()).toContain(paths.sessions);
});

test('a page that stays open refreshes ahead of time', async ({ context, page, email }) => {
  await signUp(context, email);
  await page.clock.install();
  const tokenTaken = page.waitForResponse((response) => response.url().endsWith('/api/auth/session'));
  await page.goto(landing);
  await tokenTaken;
  const before = await cookieValue(context, 'refresh');
  // Of five minutes fifteen seconds are left.
  await page.clock.fastForward('04:45');
  await expect.poll(() => cookieValue(context, 'refresh')).not.toBe(before);
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
});
