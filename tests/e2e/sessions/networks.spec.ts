import type { BrowserContext, Page, Route } from '@playwright/test';
import { loginPath, paths } from '#lib/core/routes.ts';
import { cookieValue, expect, signInByHand, signUp } from '#tests/e2e/fixtures.ts';
import { expirePageSession, handOutExpiredToken, openWithExpiredToken } from '#tests/e2e/forged.ts';
import { callByHand, endOthers, openTab, refresh, test } from '#tests/e2e/network-fixtures.ts';

/** Moves the page's clock past the end of the access token; timers that are due then fire once. */
const pastExpiry = '05:00';

type Answer = Parameters<Route['fulfill']>[0];
const portal: Answer = { status: 200, contentType: 'text/html', body: '<h1>Welcome to our Wi-Fi</h1>' };
const refusal = (status: number, error: string): Answer => ({
  status,
  json: { error, error_description: 'Not now.' },
});

const offlineLine = (page: Page) => page.getByText(/offline, retrying/);

test.beforeEach(({ context, email }) => signUp(context, email));

test('a refresh whose answer was lost is repeated by the page, and nobody is signed out', async ({
  context,
  network,
}) => {
  await context.clock.install();
  const page = await openTab(context);
  const requests = network.record();
  const lost = network.lose(refresh);
  const again = network.hold(refresh);
  await context.clock.fastForward(pastExpiry);
  await lost;
  await expect(offlineLine(page)).toBeVisible();
  again.letGo();
  await expect(offlineLine(page)).toBeHidden();
  expect(requests.filter((one) => one === refresh).length).toBeGreaterThan(1);
  await callByHand(page);
  await expect(page).toHaveURL(paths.sessions);
});

type Act = (context: BrowserContext) => Promise<unknown>;
const mishaps: [string, Act, Act][] = [
  ['answers 503', answering(refusal(503, 'temporarily_unavailable')), online],
  ['answers 500', answering(refusal(500, 'server_error')), online],
  ['answers as a hotel’s sign-in page does', answering(portal), online],
  ['is out of reach', (context) => context.setOffline(true), (context) => context.setOffline(false)],
];

function answering(answer: Answer): Act {
  return (context) => context.route('**/api/**', (route) => route.fulfill(answer));
}

function online(context: BrowserContext) {
  return context.unroute('**/api/**');
}

test('while the server answers 503, 500 or as a hotel’s sign-in page does, or is out of reach, the page says so quietly, and goes on by itself afterwards', async ({
  context,
}) => {
  await context.clock.install();
  await handOutExpiredToken(context);
  const page = await openTab(context, paths.security);
  await page.getByLabel('New password').fill('Half typed');
  for (const [what, cut, mend] of mishaps) {
    await expirePageSession(context);
    await cut(context);
    await context.clock.fastForward(pastExpiry);
    await expect(offlineLine(page), what).toBeVisible();
    await expect(page).toHaveURL(paths.security);
    await mend(context);
    await expect(offlineLine(page), what).toBeHidden();
    await expect(page.getByLabel('New password')).toHaveValue('Half typed');
  }
  await page.getByRole('navigation').getByRole('link', { name: 'Sessions' }).click();
  await callByHand(page);
});

test('a laptop that slept for hours refreshes once when it wakes, and the page works', async ({
  context,
  page,
  network,
}) => {
  await context.clock.install();
  await openWithExpiredToken(page, paths.sessions);
  await context.clock.pauseAt(Date.now() + 10_000);
  const requests = network.record();
  await context.clock.fastForward('08:00:00');
  await callByHand(page);
  expect(requests.filter((one) => one === refresh)).toHaveLength(1);
  expect(requests.filter((one) => one === endOthers)).toHaveLength(1);
});

for (const hours of [-1, 1]) {
  test(`with a clock that is ${hours} h off, signing in, working and refreshing go as ever`, async ({
    context,
    page,
    email,
  }) => {
    await context.clearCookies();
    await context.clock.install({ time: Date.now() + hours * 3_600_000 });
    await page.goto('/login?next=%2Faccount%2Fsessions');
    await signInByHand(page, email);
    await expect(page).toHaveURL(paths.sessions);
    await expect(page.getByText('This device')).toBeVisible();
    const before = await cookieValue(context, 'refresh');
    await callByHand(page);
    await context.clock.fastForward('04:45');
    await expect.poll(() => cookieValue(context, 'refresh')).not.toBe(before);
    await callByHand(page);
    await expect(offlineLine(page)).toBeHidden();
  });
}

test('only the server saying that the session is over ends it, and the way back is kept', async ({
  context,
  anotherBrowser,
}) => {
  await context.clock.install();
  const page = await openTab(context, '/account/security?from=a-link');
  await page.getByLabel('New password').fill('Half typed');
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
  await context.clock.fastForward('04:00');
  await expect(async () => {
    await context.clock.fastForward(60_000);
    expect(answers).toEqual([]);
  }).toPass({ intervals: [100] });
  await expect(page.getByLabel('New password')).toHaveValue('Half typed');
  await page.getByRole('navigation').getByRole('link', { name: 'Sessions' }).click();
  await callByHand(page);
  await page.goBack();
  await expect(page).toHaveURL('/account/security?from=a-link');

  const phone = await openTab(await anotherBrowser());
  await phone.getByRole('button', { name: 'End all other sessions' }).click();
  await expect(phone.getByText('Only this device is signed in now.')).toBeVisible();
  await context.clock.fastForward('05:00');
  await expect(page).toHaveURL(loginPath('/account/security?from=a-link'));
});
