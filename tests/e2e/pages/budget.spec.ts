import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { landing } from '#lib/core/routes.ts';
import { expect, signUp, test } from '#tests/e2e/fixtures.ts';

/**
 * What a page with one word in it loads: a root layout, a page, built with this version of Next and measured as below.
 * Nearly all of it are the chunks that the build manifest calls `rootMainFiles`, which every page of an app shares; that
 * is how the first test notices that the number is out of date. After an update of Next, measure such an app again.
 */
const emptyPage = { next: '16.4.5', bytes: 134_904 };
const allowance = 1.15;

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const zipped = (body: Buffer | string) => gzipSync(body, { level: 6 }).length;

/** The bytes of all scripts that a first visit loads, each gzipped as it travels. */
async function scriptBytes(page: Page, path: string): Promise<number> {
  const bodies: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') bodies.push(response.body());
  });
  await page.goto(path, { waitUntil: 'networkidle' });
  const sizes = (await Promise.all(bodies)).map(zipped);
  return sizes.reduce((sum, size) => sum + size, 0);
}

test('the size of an empty page, from which the budget follows, is this Next version’s', () => {
  expect(json('node_modules/next/package.json').version).toBe(emptyPage.next);
  const files: string[] = json('.next/build-manifest.json').rootMainFiles;
  const shared = files.reduce((sum, file) => sum + zipped(readFileSync(`.next/${file}`)), 0);
  expect(shared / emptyPage.bytes).toBeGreaterThan(0.95);
  expect(shared / emptyPage.bytes).toBeLessThanOrEqual(1);
});

for (const path of ['/login', '/register', landing]) {
  test(`${path} loads at most 15 % more script than an empty page`, async ({ page, email, context }) => {
    if (path === landing) await signUp(context, email);
    const bytes = await scriptBytes(page, path);
    test.info().annotations.push({ type: 'script', description: `${path}: ${bytes} bytes` });
    expect(bytes).toBeGreaterThan(emptyPage.bytes);
    expect(bytes).toBeLessThanOrEqual(emptyPage.bytes * allowance);
  });
}
