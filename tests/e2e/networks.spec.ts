import type { Page, Route } from '@playwright/test';
import { cookieValue, expect, signUp } from './fixtures.ts';
import { accessTokenExpired, addTask, openTab, refresh, signInByHand, test } from './network-fixtures.ts';

const lifeSeconds = 6;
test.use({ settings: { ACCESS_TTL_SECONDS: String(lifeSeconds) } });

/** Moves the page's clock past the end of the access token; timers that are due then fire once. */
const pastExpiry = lifeSeconds * 1000;

type Answer = Parameters<Route['fulfill']>[0];
const portal: Answer = { status: 200, contentType: 'text/html', body: '<h1>Welcome to our Wi-Fi</h1>' };
const refusal = (status: number, error: string): Answer => ({
  status,
  json: { error, error_description: 'Not now.' },
});

const offlineLine = (page: Page) => page.getByText(/offline, retrying/);

test.beforeEach(({ context, email }) => signUp(context, email));

test('a renewal whose answer was lost is repeated by the page, and nobody is signed out', async ({
  context,
  network,
}) => {
  await context.clock.install();
  const page = await openTab(context);
  const requests = network.record();
  const lost = network.lose(refresh);
  await context.clock.fastForward(pastExpiry);
  await lost;
  await expect(offlineLine(page)).toBeVisible();
  await expect(offlineLine(page)).toBeHidden();
  expect(requests.filter((one) => one === refresh).length).toBeGreaterThan(1);
  await addTask(page, 'Still here');
  await expect(page).toHaveURL('/tasks');
});

const mishaps: [string, (page: Page) => Promise<unknown>, (page: Page) => Promise<unknown>][] = [
  ['answers 503', answering(refusal(503, 'temporarily_unavailable')), online],
  ['answers 500', answering(refusal(500, 'server_error')), online],
  ['is hidden by the sign-in page of a hotel', answering(portal), online],
  ['is out of reach', (page) => page.context().setOffline(true), (page) => page.context().setOffline(false)],
];

function answering(answer: Answer) {
  return (page: Page) => page.route('**/api/**', (route) => route.fulfill(answer));
}

function online(page: Page) {
  return page.unroute('**/api/**');
}

for (const [what, cut, mend] of mishaps) {
  test(`while the server ${what} the page says so quietly, and goes on by itself afterwards`, async ({ context }) => {
    await context.clock.install();
    const page = await openTab(context);
    await page.getByLabel('New task').fill('Half typed');
    await cut(page);
    await context.clock.fastForward(pastExpiry);
    await expect(offlineLine(page)).toBeVisible();
    await accessTokenExpired(context);
    await expect(page).toHaveURL('/tasks');
    await mend(page);
    await expect(offlineLine(page)).toBeHidden();
    await expect(page.getByLabel('New task')).toHaveValue('Half typed');
    await addTask(page, 'Still here');
  });
}

test('a laptop that slept for hours renews once when it wakes, and the page works', async ({ context, network }) => {
  await context.clock.install();
  const page = await openTab(context);
  await context.clock.pauseAt(Date.now() + 1000);
  await accessTokenExpired(context);
  const requests = network.record();
  await context.clock.fastForward('08:00:00');
  await addTask(page, 'Good morning');
  expect(requests.filter((one) => one === refresh)).toHaveLength(1);
  expect(requests.filter((one) => one === 'POST /api/tasks')).toHaveLength(1);
});

for (const hours of [-1, 1]) {
  test(`with a clock that is ${hours} h off, signing in, working and renewing go as ever`, async ({
    context,
    page,
    email,
  }) => {
    await context.clearCookies();
    await context.clock.install({ time: Date.now() + hours * 3_600_000 });
    await page.goto('/login');
    await signInByHand(page, email);
    await expect(page).toHaveURL('/tasks');
    await addTask(page, 'On time');
    const before = await cookieValue(context, 'refresh');
    await expect.poll(() => cookieValue(context, 'refresh'), { timeout: 15_000 }).not.toBe(before);
    await addTask(page, 'On time again');
    await expect(offlineLine(page)).toBeHidden();
  });
}

test('a task whose answer was lost is sent again with the same key, and made once', async ({ context, network }) => {
  const page = await openTab(context);
  const keys: (string | undefined)[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/api/tasks'))
      keys.push(request.headers()['idempotency-key']);
  });
  const lost = network.lose('POST /api/tasks');
  await page.getByLabel('New task').fill('Only one');
  await page.getByRole('button', { name: 'Add' }).click();
  await lost;
  await expect(page.getByRole('alert').filter({ hasText: 'was not added' })).toBeAttached();
  await expect(page.getByLabel('New task')).toHaveValue('Only one');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByRole('link', { name: 'Only one' })).toBeVisible();
  expect(keys).toHaveLength(2);
  expect(keys[0]).toMatch(/^[\x21-\x7e]{1,128}$/);
  expect(keys[1]).toBe(keys[0]);
  await page.reload();
  await expect(page.getByRole('link', { name: 'Only one' })).toHaveCount(1);
});

test('only the server saying that the session is over ends it, and the way back is kept', async ({
  context,
  anotherBrowser,
}) => {
  await context.clock.install();
  const page = await openTab(context, '/tasks?completed=false');
  await page.getByLabel('New task').fill('Half typed');
  const answers = [
    refusal(401, 'invalid_token'),
    refusal(401, 'unauthorized'),
    refusal(403, 'invalid_grant'),
    { ...portal, status: 401 },
    { status: 401, json: { message: 'invalid_grant' } },
    { status: 400, json: {} },
  ];
  await page.route('**/api/auth/refresh', (route) => {
    const answer = answers.shift();
    return answer ? route.fulfill(answer) : route.fallback();
  });
  await expect(async () => {
    await context.clock.fastForward(60_000);
    expect(answers).toEqual([]);
  }).toPass();
  await expect(page.getByLabel('New task')).toHaveValue('Half typed');
  await addTask(page, 'Still here');

  const phone = await openTab(await anotherBrowser(), '/account/sessions');
  await phone.getByRole('button', { name: 'End all other sessions' }).click();
  await expect(phone.getByText('Only this device is signed in now.')).toBeVisible();
  await context.clock.fastForward(60_000);
  await expect(page).toHaveURL('/login?next=%2Ftasks%3Fcompleted%3Dfalse');
});
