/** What a page keeps when its person's session ends. */
import type { Page } from '@playwright/test';
import { bearer, expect } from './fixtures.ts';

/** The person's session ends on the server, by another device's doing, while the page is open. */
export async function endSession(page: Page): Promise<void> {
  const context = page.context();
  const headers = await bearer(context);
  const { session_id: id } = await (await context.request.get('/api/me', { headers })).json();
  const ended = await page.evaluate(
    async ([path, authorization]) =>
      (await fetch(path, { method: 'DELETE', headers: { Authorization: authorization }, credentials: 'omit' })).status,
    [`/api/auth/sessions/${id}`, headers.Authorization] as const,
  );
  expect(ended).toBe(204);
}

/** How many things the page's origin keeps for its scripts. */
export function stored(page: Page): Promise<number> {
  return page.evaluate(() => localStorage.length + sessionStorage.length);
}
