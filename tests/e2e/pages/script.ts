/** A script where a person may write what they like. */
import { expect, type Page } from '@playwright/test';

export const script = '</script><script>window.hit=1</script><img src=x onerror="window.hit=1">';

/** It is text in the page's HTML and in its flight, and has not run in what is open. */
export async function expectText(page: Page, path: string): Promise<void> {
  const { request } = page.context();
  const document = await request.get(path, { headers: { Accept: 'text/html' } });
  expect(await document.text()).not.toMatch(/<script>window|<img src=x/);
  // A flight is no HTML, and no browser may take it for any.
  const flight = await request.get(path, { headers: { RSC: '1' } });
  expect(await flight.text()).toContain('window.hit');
  expect(flight.headers()).toMatchObject({ 'content-type': 'text/x-component', 'x-content-type-options': 'nosniff' });
  expect(await page.evaluate(() => 'hit' in window)).toBe(false);
}
