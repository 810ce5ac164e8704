import type { BrowserContext, Page } from '@playwright/test';
import { cookieValue, expect, recordRequests, test } from './fixtures.ts';

// Short lives instead of long waits: the server's clock moves on, and the page's is stopped where a token must seem fresh to it.
test.use({ settings: { ACCESS_TTL_SECONDS: '4' } });

/** Resolves when the server holds the access token of the session cookie for expired. Asking renews nothing. */
async function accessTokenExpired(context: BrowserContext): Promise<void> {
  await expect
    .poll(async () => (await context.request.get('/api/auth/session')).status(), { timeout: 15_000 })
    .toBe(401);
}

/** Shows the tasks in a page that holds an access token which it takes for fresh, while the server no longer does. */
async function openWithExpiredToken(page: Page): Promise<void> {
  await page.context().request.post('/api/auth/refresh');
  await page.clock.install();
  const tokenTaken = page.waitForResponse((response) => response.url().endsWith('/api/auth/session'));
  await page.goto('/tasks');
  await tokenTaken;
  await expect(page.getByRole('button', { name: 'Add' })).toBeEnabled();
  await page.clock.pauseAt(Date.now() + 500);
  await accessTokenExpired(page.context());
}

test('a page is rendered after its access token ended, with no login form in between', async ({
  context,
  page,
  signedInPage,
}) => {
  await signedInPage.goto('about:blank');
  const before = await cookieValue(context, 'refresh');
  await accessTokenExpired(context);
  const visited: string[] = [];
  page.on('framenavigated', (frame) => visited.push(new URL(frame.url()).pathname));
  const response = await page.goto('/tasks');
  expect(response?.status()).toBe(200);
  expect(response?.request().redirectedFrom()?.url()).toContain('/api/auth/refresh?next=%2Ftasks');
  await expect(page.getByRole('heading', { name: 'Tasks' })).toBeVisible();
  expect(new Set(visited)).toEqual(new Set(['/tasks']));
  expect(await cookieValue(context, 'refresh')).not.toBe(before);
});

test('a call that meets an expired token is renewed and sent once more', async ({ signedInPage: page }) => {
  await openWithExpiredToken(page);
  const requests = recordRequests(page);
  await page.getByLabel('New task').fill('Renewed');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByRole('checkbox', { name: 'Renewed' })).toBeVisible();
  await expect.poll(() => requests.filter((one) => one === 'POST /api/tasks')).toHaveLength(2);
  expect(requests.filter((one) => one === 'POST /api/auth/refresh')).toHaveLength(1);
  expect(page.url()).toContain('/tasks');
});

test('ten calls that meet an expired token at once share one refresh', async ({ context, signedInPage: page }) => {
  const token = (await (await context.request.get('/api/auth/session')).json()).access_token;
  for (let n = 1; n <= 10; n++) {
    const headers = { Authorization: `Bearer ${token}` };
    await context.request.post('/api/tasks', { data: { title: `Task ${n}` }, headers });
  }
  await openWithExpiredToken(page);
  await expect(page.getByRole('checkbox')).toHaveCount(10);
  const requests = recordRequests(page);
  await page.evaluate(() => {
    for (const box of document.querySelectorAll<HTMLElement>('[role=checkbox], input[type=checkbox]')) box.click();
  });
  await expect.poll(() => requests.filter((one) => one.startsWith('PATCH /api/tasks/'))).toHaveLength(20);
  expect(requests.filter((one) => one === 'POST /api/auth/refresh')).toHaveLength(1);
});

test('a page that stays open renews itself ahead of time', async ({ context, signedInPage: page }) => {
  const before = await cookieValue(context, 'refresh');
  await expect.poll(() => cookieValue(context, 'refresh'), { timeout: 15_000 }).not.toBe(before);
  await expect(page.getByRole('heading', { name: 'Tasks' })).toBeVisible();
});
