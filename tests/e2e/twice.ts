/** What an extension, a script or a hasty hand does: the same thing twice, before the page can draw anything. */
import type { Locator, Page } from '@playwright/test';
import { api } from '#lib/core/routes.ts';

/** Presses a button twice in one task. */
export async function pressTwice(button: Locator): Promise<void> {
  await button.evaluate((element: HTMLElement) => {
    element.click();
    element.click();
  });
}

/** Notes each request that changes something, as `METHOD /path`. Asking for a passkey, as /login does by itself, changes nothing. */
export function changesOf(page: Page): string[] {
  const seen: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (request.method() !== 'GET' && pathname !== api.passkeysRequest) seen.push(`${request.method()} ${pathname}`);
  });
  return seen;
}
