/** What Chromium's translator does to a page: each text goes, and one of its own comes in a `<font>` within a `<font>`. */
import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** Opens a page and, as soon as it can be used, has it translated: what is there, and whatever comes to be there. */
export async function openTranslated(page: Page, path: string, button: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole('button', { name: button, exact: true })).toBeEnabled();
  // React takes over each part of a page by itself, and throws where a part was translated before.
  await page.waitForFunction(() =>
    [...document.querySelectorAll('body :is(a, button, input, p, h1)')].every((part) =>
      Object.keys(part).some((key) => key.startsWith('__reactFiber$')),
    ),
  );
  await page.evaluate(() => {
    const isText = (node: Node): node is Text => node instanceof Text && node.data.trim() !== '';
    const isLeftAlone = (node: Node) => node.parentElement?.closest('font, script, style, textarea, noscript, title');
    const translate = (root: Node) => {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      const texts = isText(root) ? [root] : [];
      while (walker.nextNode()) if (isText(walker.currentNode)) texts.push(walker.currentNode);
      for (const text of texts) {
        if (isLeftAlone(text)) continue;
        const outer = document.createElement('font');
        outer.appendChild(document.createElement('font')).textContent = text.data;
        text.replaceWith(outer);
      }
    };
    translate(document.body);
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const node of addedNodes) translate(node);
    }).observe(document.body, { childList: true, subtree: true });
  });
  await expect(page.getByRole('button', { name: button, exact: true }).locator('font').first()).toBeAttached();
}

/** Notes whatever a page throws. */
export function faultsOf(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  return faults;
}
