import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, password, test } from './fixtures.ts';
import { makeTasks, walks } from './states.ts';

// Nothing moves, so that nothing is judged half-way; a test below looks at that by itself.
test.use({ contextOptions: { reducedMotion: 'reduce' } });
test.describe.configure({ timeout: 180_000 });

const widths = [1280, 360] as const;

/** What axe finds, at both widths and in both themes. Colours are all that a theme changes. */
async function violations(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      const axe = new AxeBuilder({ page }).options({ rules: { 'color-contrast-enhanced': { enabled: true } } });
      const results = await (theme === 'dark' ? axe.withTags('cat.color') : axe).analyze();
      for (const { id, nodes } of results.violations)
        found.push(`${width} ${theme} ${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
    }
  }
  return found;
}

/** Widths at which the page would have to be pushed sideways: 200 % zoom of 1280, and a very small phone. */
async function sidewaysAt(page: Page): Promise<number[]> {
  const found: number[] = [];
  for (const width of [640, 320]) {
    await page.setViewportSize({ width, height: 640 });
    if ((await page.evaluate(() => document.documentElement.scrollWidth)) > width) found.push(width);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  return found;
}

for (const [name, walk] of Object.entries(walks)) {
  test(`axe finds nothing in any state of ${name}, and nothing scrolls sideways at 200 %`, async ({ page, email }) => {
    await walk(page, email, async (state) => {
      expect.soft(await violations(page), state).toEqual([]);
      expect.soft(await sidewaysAt(page), state).toEqual([]);
    });
  });
}

/** Goes on by Tab until what has the focus has this name. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const isThere = async () => {
    const focused = page.locator(':focus');
    if ((await focused.count()) === 0) return false;
    const words = await focused.evaluate((element) => {
      const labels =
        element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.labels : [];
      return labels?.[0]?.textContent ?? element.textContent ?? '';
    });
    return typeof name === 'string' ? words.trim() === name : name.test(words);
  };
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab');
    if (await isThere()) {
      const outline = await page.locator(':focus').evaluate((element) => {
        const shown = [element, element.closest('label'), element.closest('li')].map(
          (one) => one && getComputedStyle(one),
        );
        return shown.some(
          (style) => style && style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2,
        );
      });
      expect(outline, `the focus is to be seen on ${name}`).toBe(true);
      return;
    }
  }
  throw new Error(`Tab never led to ${name}.`);
}

test('a keyboard is enough from signing up to signing out', async ({ page, email }) => {
  const { keyboard } = page;
  await page.goto('/');
  await tabTo(page, 'Create an account');
  await keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Create account' })).toBeEnabled();
  await tabTo(page, 'Email');
  await keyboard.type(email);
  await tabTo(page, 'Password');
  await keyboard.type(password);
  await keyboard.press('Enter');
  await expect(page).toHaveURL('/tasks');
  await expect(page.getByRole('button', { name: 'Add' })).toBeEnabled();

  await tabTo(page, 'New task');
  await keyboard.type('Buy milk');
  await keyboard.press('Enter');
  await expect(page.getByRole('link', { name: 'Buy milk' })).toBeVisible();
  await tabTo(page, 'Buy milk');
  await keyboard.press('Space');
  await expect(page.getByRole('checkbox', { name: 'Buy milk' })).toBeChecked();
  await tabTo(page, 'Buy milk');
  await keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Save' })).toBeEnabled();
  await tabTo(page, 'Title');
  await keyboard.press('ControlOrMeta+A');
  await keyboard.type('Buy bread');
  await keyboard.press('Enter');
  await expect(page.getByRole('status')).toContainText('Saved.');
  await page.goto('/tasks');
  await expect(page.getByRole('button', { name: 'Add' })).toBeEnabled();
  await tabTo(page, 'Delete Buy bread');
  await keyboard.press('Enter');
  await expect(page.getByRole('link', { name: 'Buy bread' })).toBeHidden();
  await page.reload();
  await tabTo(page, 'Sign out');
  await keyboard.press('Enter');
  await expect(page).toHaveURL(/\/login/);
});

test('who wants no motion gets none', async ({ page, signedInPage }) => {
  const moving = () => page.evaluate(() => document.getAnimations().length);
  await signedInPage.goto('/');
  expect(await moving()).toBe(0);
  await makeTasks(page, [{ title: 'Buy milk' }]);
  await page.goto('/tasks');
  await page.getByRole('button', { name: 'Delete Buy milk' }).click();
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  expect(await moving()).toBe(0);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.goto('/');
  expect(await moving()).toBeGreaterThan(0);
});

test('a page that takes its time shows a line meanwhile, and none to who wants no motion', async ({
  signedInPage: page,
}) => {
  await page.route('**/account?_rsc*', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await route.continue();
  });
  const line = page.locator('.progress');
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.getByRole('link', { name: 'Account' }).click();
  await expect(line).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Account', exact: true })).toBeVisible();
  await expect(line).toBeHidden();
  await page.goto('/tasks');
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.getByRole('link', { name: 'Account' }).click();
  await expect(line).toBeAttached();
  await expect(line).toBeHidden();
});
