/** What an extension, a script or a hasty hand does: the same thing twice, before the page can draw anything. */
import type { Locator, Page } from '@playwright/test';

/** Presses a button twice in one task. */
export async function pressTwice(button: Locator): Promise<void> {
  await button.evaluate((element: HTMLElement) => {
    element.click();
    element.click();
  });
}

/** Notes each request that changes something, as `METHOD /path`. */
export function changesOf(page: Page): string[] {
  const seen: string[] = [];
  page.on('request', (request) => {
    if (request.method() !== 'GET') seen.push(`${request.method()} ${new URL(request.url()).pathname}`);
  });
  return seen;
}
