import { expect, test, vi } from 'vitest';
import { linesOf } from '#scripts/test-reports.ts';
import { findBrowser } from '#tests/browsers/installed.ts';

const ran = { name: 'unit', seconds: 3, budget: 10, passed: 7, failed: 0, failures: [], files: [] };
const late = { ...ran, name: 'bench', seconds: 11, passed: 0, failed: 1 };
const missing = { ...ran, name: 'browser, webkit', seconds: 0, passed: 0, missing: 'Xvfb not found' };

test('each step is told, and the sum of all at the end', () => {
  expect(linesOf([ran, late])).toEqual([
    'ok     unit: 7 passed, 0 failed, 3 s',
    'FAILED bench: 0 passed, 1 failed, 11 s OVER its budget of 10 s',
    '',
    '7 passed, 1 failed',
  ]);
});

test('a step that this machine lacks something for is neither passed nor failed, and told in the last line too', () => {
  expect(linesOf([ran, missing])).toEqual([
    'ok     unit: 7 passed, 0 failed, 3 s',
    'NOT RUN browser, webkit: Xvfb not found',
    '',
    '7 passed, 0 failed, 1 step NOT RUN',
  ]);
});

test.each([
  ['firefox', 'firefox-esr or firefox not found; on Debian: apt-get install firefox-esr'],
  ['webkit', 'WebKitWebDriver and Xvfb not found; on Debian: apt-get install webkit2gtk-driver xvfb'],
] as const)('where %s is missing, it says so and how to install it', (name, missing) => {
  vi.stubEnv('PATH', '');
  expect(findBrowser(name)).toEqual({ missing });
});
