import { expect, type Page } from '@playwright/test';

/** Goes on by Tab until what has the focus has this name, and is seen to have it. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
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
