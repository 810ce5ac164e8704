/** What is asked of every state that a person can see. */
import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from '#tests/e2e/fixtures.ts';

/** Goes through states of the app, one after the other, and has each looked at. */
export type Walk = (page: Page, email: string, look: (state: string) => Promise<void>) => Promise<void>;

export const widths = [1280, 360];
/** Marks, in a page's own timeline, when the change of its window for the last look was over. */
const lookedMark = 'looked';
const axeSource = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

/** Opens a page, and waits until its scripts run. */
export async function open(page: Page, path: string, button: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole('button', { name: button, exact: true })).toBeEnabled();
}

/** Notes what is wrong with the state that the page shows. `violations` are those of the policy, and are taken out. */
export async function lookAt(page: Page, state: string, violations: string[]): Promise<void> {
  const width = page.viewportSize()?.width ?? 0;
  expect.soft(violations.splice(0), `${state}, policy`).toEqual([]);
  expect.soft(await layoutShift(page), `${state}, jumps`).toBeLessThan(0.02);
  expect.soft(await axeFindings(page), `${state}, axe`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' });
  if (width !== widths[0]) return;
  expect.soft(await sidewaysAt(page), `${state}, scrolls sideways`).toEqual([]);
  await page.setViewportSize({ width, height: 800 });
  await page.evaluate(async (name) => {
    for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
    performance.mark(name);
  }, lookedMark);
}

/** What axe finds, in both themes. Colours are all that a theme changes. Nothing moves, so that nothing is judged half-way. */
export async function axeFindings(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    // Once for a document. The builder would bring twice as much of it, and twice for each time it looks.
    if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
    const axe = new AxeBuilder({ page, axeSource: ' ' })
      .setLegacyMode()
      .options({ rules: { 'color-contrast-enhanced': { enabled: true } }, resultTypes: ['violations'] });
    const results = await (theme === 'dark' ? axe.withTags('cat.color') : axe).analyze();
    for (const { id, nodes } of results.violations)
      found.push(`${theme} ${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
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
  return found;
}

interface Shift extends PerformanceEntry {
  value: number;
  lastInputTime: number;
  sources: { node: Node | null }[];
}

/**
 * The sum of all layout shifts since the last look that no key or click explains. The answer to one may take some seconds
 * where the machine is busy with other tests. A log that grows pushes its older lines on: its way.
 */
export function layoutShift(page: Page): Promise<number> {
  return page.evaluate(async (name) => {
    // Chromium takes a change of the window for an input, which would excuse what comes in the seconds after a look.
    const lookedAt = performance.getEntriesByName(name).at(-1)?.startTime ?? 0;
    const inLog = ({ node }: Shift['sources'][number]) =>
      (node instanceof Element ? node : node?.parentElement)?.closest('[role=log]');
    const isShift = (entry: PerformanceEntry): entry is Shift => 'value' in entry && 'sources' in entry;
    const isAnswer = ({ startTime, lastInputTime }: Shift) =>
      startTime < lookedAt || (lastInputTime > lookedAt && startTime - lastInputTime < 5000);
    const seen: PerformanceEntry[] = [];
    const observer = new PerformanceObserver((list) => seen.push(...list.getEntries()));
    observer.observe({ type: 'layout-shift', buffered: true });
    await document.fonts.ready;
    for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
    seen.push(...observer.takeRecords());
    return seen
      .filter(isShift)
      .filter((entry) => !isAnswer(entry) && !entry.sources.every(inLog))
      .reduce((sum, { value }) => sum + value, 0);
  }, lookedMark);
}
