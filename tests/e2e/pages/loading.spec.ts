import type { Page } from '@playwright/test';
import { gate } from '#lib/client/testing/fake-browser.ts';
import { landing, paths } from '#lib/core/routes.ts';
import { expect, password, signUp, takenOver, test } from '#tests/e2e/fixtures.ts';
import { layoutShift } from './look.ts';

const notice = (page: Page) => page.getByRole('alert').filter({ hasText: 'This page did not load completely' });

/** Loads a page again. Not by a mouse: between its press and its release, an error may take the place of the page. */
const loadAgain = (page: Page) => page.getByRole('link', { name: 'Load it again' }).dispatchEvent('click');

/** The scripts of the app that a page asks for. */
async function scriptsOf(page: Page, path: string): Promise<string[]> {
  const urls: string[] = [];
  page.on('request', (request) => {
    if (request.resourceType() === 'script') urls.push(request.url());
  });
  await page.goto(path, { waitUntil: 'networkidle' });
  page.removeAllListeners('request');
  expect(urls.length).toBeGreaterThan(5);
  return urls;
}

test('whichever script fails to load, the page says so; loaded again it has what was typed, but for passwords', async ({
  page,
  email,
}) => {
  test.setTimeout(120_000);
  const scripts = await scriptsOf(page, paths.register);
  await expect(notice(page)).toBeHidden();
  for (const script of scripts) {
    // As before any of it: a page that is opened twice running counts as loaded again.
    await page.goto('about:blank');
    const typed = gate();
    let loads = 0;
    await page.route(paths.register, (route) => {
      loads += 1;
      return route.continue();
    });
    await page.route(script, async (route) => {
      const isLost = loads === 1;
      await typed.opened;
      await (isLost ? route.abort() : route.continue());
    });
    await page.goto(paths.register, { waitUntil: 'commit' });
    await page.getByLabel('Name').fill('Ann');
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByLabel('Remember me').check();
    typed.open();
    await expect(notice(page), script).toBeVisible();
    expect(await page.evaluate(() => JSON.stringify(history.state))).not.toContain(password);
    await loadAgain(page);

    await expect(page.getByRole('button', { name: 'Create account' })).toBeEnabled();
    expect(loads).toBe(2);
    await expect(notice(page)).toBeHidden();
    await expect(page.getByLabel('Name'), script).toHaveValue('Ann');
    await expect(page.getByLabel('Email')).toHaveValue(email);
    await expect(page.getByLabel('Remember me')).toBeChecked();
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
    expect(await page.evaluate(() => JSON.stringify(history.state))).not.toContain(email);
    await page.unrouteAll();
  }
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page).toHaveURL(landing);
});

test('a private page says so too, whether its first script fails to load or its last', async ({
  page,
  context,
  email,
}) => {
  await signUp(context, email);
  const scripts = await scriptsOf(page, landing);
  for (const script of [scripts[0] ?? '', scripts.at(-1) ?? '']) {
    await page.route(script, (route) => route.abort());
    await page.goto(landing);
    await expect(notice(page), script).toBeVisible();
    await page.unroute(script);
  }
  await loadAgain(page);
  await expect(notice(page)).toBeHidden();
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeEnabled();
});

test('a password that was revealed is not kept either, and a script of somebody else’s says nothing', async ({
  page,
}) => {
  await page.goto(paths.login);
  await page.getByRole('button', { name: 'Show password' }).click();
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Email').fill('ann@example.org');
  const end = (url: string, how: 'error' | 'load') =>
    page.evaluate(
      ([src, type]) => {
        const script = document.createElement('script');
        // As an extension does, which the page's policy does not bind.
        Object.defineProperty(script, 'src', { value: src });
        document.head.append(script);
        script.dispatchEvent(new Event(type));
      },
      [url, how] as const,
    );
  await end('chrome-extension://abcdefghijklmnop/content.js', 'error');
  await end('https://elsewhere.example/_next/static/chunks/a.js', 'error');
  await expect(notice(page)).toBeHidden();
  const own = new URL('/_next/static/chunks/a.js', page.url()).href;
  await end(own, 'error');
  await expect(notice(page)).toBeVisible();
  const kept = await page.evaluate(() => JSON.stringify(history.state));
  expect(kept).toContain('ann@example.org');
  expect(kept).not.toContain(password);
  // Next's loader tries again by itself.
  await end(own, 'load');
  await expect(notice(page)).toBeHidden();

  // Whoever comes Back may be somebody else. The browser itself may fill in what it kept.
  await page.goto(paths.register);
  await page.goBack();
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
  expect(await page.evaluate(() => JSON.stringify(history.state))).not.toContain('ann@example.org');
});

test('a typeface that comes late moves nothing', async ({ page }) => {
  const shown = gate();
  await page.route('**/*.woff2', async (route) => {
    await shown.opened;
    await route.continue();
  });
  // Where the names at its top fill a line, another typeface may break it.
  await page.setViewportSize({ width: 360, height: 800 });
  await page.goto('/', { waitUntil: 'commit' });
  await takenOver(page);
  const fonts = page.waitForResponse('**/*.woff2');
  shown.open();
  await (await fonts).finished();
  expect(await layoutShift(page)).toBeLessThan(0.02);
});
