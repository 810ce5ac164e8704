import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { budgets, timesOfSuites } from '#tests/budgets.ts';

test('every test file belongs to one suite', () => {
  const files = globSync(['{lib,db,components,tests}/**/*.{test,spec}.{ts,tsx}', '*.test.ts']);
  expect(files.length).toBeGreaterThan(100);
  const suitesOf = (file: string) =>
    budgets.filter(({ files: pattern }) => pattern.test(file)).map(({ suite }) => suite);
  expect(files.filter((file) => suitesOf(file).length !== 1)).toEqual([]);
});

test('what a suite’s files took is added up, and more than its budget is said plainly', () => {
  const { seconds: limit = 0 } = budgets.find(({ suite }) => suite === 'fuzz') ?? {};
  const half = limit / 2;
  const files = [
    { path: 'tests/fuzz/routes.test.ts', seconds: half },
    { path: 'tests/fuzz/tokens.test.ts', seconds: half },
  ];
  expect(timesOfSuites(files)).toEqual([
    expect.stringMatching(new RegExp(`^fuzz +${limit} s of ${limit} s, 2 files$`)),
  ]);
  const more = [...files, { path: 'tests/fuzz/words.test.ts', seconds: 1 }, { path: 'middleware.test.ts', seconds: 1 }];
  expect(timesOfSuites(more)).toEqual([
    expect.stringMatching(/^unit +1 s of \d+ s, 1 files$/),
    expect.stringMatching(new RegExp(`^fuzz +${limit + 1} s OVER its budget of ${limit} s, 3 files$`)),
  ]);
});
