import type { Page } from '@playwright/test';
import { paths } from '#lib/core/routes.ts';
import { expect, recordRequests, test } from '#tests/e2e/fixtures.ts';

// A grace of a second, so that nothing waits long for a thief.
test.use({ settings: { REFRESH_GRACE_SECONDS: '1' } });
// One server is enough for all of them.
test.describe.configure({ mode: 'default' });

async function openDemo(page: Page): Promise<void> {
  await page.goto('/demo');
  await expect(page.getByRole('heading', { name: 'Demo', exact: true })).toBeVisible();
  await expect(page.getByRole('log')).toContainText('Access token of generation');
}

test('a shortened access token is really refreshed, and the log says so', async ({ signedInPage: page }) => {
  await page.clock.install();
  await openDemo(page);
  const requests = recordRequests(page);
  await page.getByRole('radio', { name: '5 s', exact: true }).check({ force: true });
  const log = page.getByRole('log');
  await page.clock.fastForward(5000);
  await expect(log).toContainText(/Access token ended ahead of time: refreshed, generation 0 → 1\./);
  await expect(log).toContainText('Generation 1 used for the first time');
  await page.clock.fastForward(5000);
  await expect(log).toContainText(/generation 1 → 2\./);
  expect(requests.filter((one) => one === 'POST /api/auth/refresh').length).toBeGreaterThanOrEqual(2);
  await expect(page.getByRole('region', { name: /Your session, now/ })).toContainText(/head [2-9]/);

  await page.getByRole('radio', { name: '300 s' }).check({ force: true });
  await page.clock.fastForward(5000);
  await expect(page.getByRole('timer').filter({ hasText: /4:5\d/ })).toBeVisible();
});

test('a throw-away session is robbed and ended, by keyboard, and the person stays signed in', async ({
  signedInPage: page,
}) => {
  await page.goto('/account');
  await page.getByRole('link', { name: 'Demo' }).click();
  await expect(page).toHaveURL('/demo');
  const section = page.getByRole('region', { name: 'A session to rob' });
  const story = section.getByRole('list', { name: 'The story so far' });
  const make = section.getByRole('button', { name: 'Make a throw-away session' });
  await expect(make).toBeEnabled();
  await make.press('Enter');
  const refresh = section.getByRole('button', { name: 'Refresh' });
  await expect(refresh).toBeFocused();
  const replay = section.getByRole('button', { name: 'Replay an old token' });
  await expect(replay).toBeDisabled();

  await refresh.press('Enter');
  await expect(story).toContainText('Token 0 brings token 1');
  await section.getByRole('button', { name: 'Use it' }).press('Enter');
  await expect(story).toContainText('generation 1 is used once');
  await expect(section).toContainText('Token 0 can only be a copy now');
  await replay.press('Enter');
  await expect(story).toContainText('Refused and ended');
  await expect(story.getByText('ended', { exact: true })).toBeVisible();
  await expect(page.getByRole('log')).toContainText('Throw-away session: token 0 again, refused as a copy.');
  await expect(section.getByRole('button', { name: 'Make another' })).toBeFocused();

  await section.getByRole('link', { name: 'Your activity' }).click();
  await expect(page.getByText('A throw-away session, robbed on the demo page.')).toBeVisible();
  await page.goto(paths.account);
  await expect(page.getByRole('heading', { name: 'Account', exact: true })).toBeVisible();
});

test('a replay whose head nobody used is answered, and a reload finds the session again', async ({
  signedInPage: page,
}) => {
  await openDemo(page);
  const section = page.getByRole('region', { name: 'A session to rob' });
  const story = section.getByRole('list', { name: 'The story so far' });
  await section.getByRole('button', { name: 'Make a throw-away session' }).click();
  await section.getByRole('button', { name: 'Refresh' }).click();
  await expect(story).toContainText('Token 0 brings token 1');
  await section.getByRole('button', { name: 'Replay an old token' }).click();
  await expect(story).toContainText(/Token 0 again/);
  await page.reload();
  await expect(story).toContainText('Still here');
  await page.goto('/account/sessions');
  const item = page.getByRole('listitem').filter({ hasText: 'Demo: throw-away session' });
  await item.getByRole('button', { name: 'End session' }).click();
  await expect(item).toHaveCount(0);
  await expect(page.getByRole('status').filter({ hasText: 'is signed out' })).toBeVisible();
  await page.goto('/demo');
  await expect(section.getByRole('button', { name: 'Make a throw-away session' })).toBeVisible();
});
