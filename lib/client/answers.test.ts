import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { contracts } from '#lib/core/contracts.ts';
import { errorResponse } from '#lib/core/route-contract.ts';
import { allCheckedAnswers } from '#tests/support/checked-answers.ts';
import { nothing } from './answers.ts';

const checkedAnswers = await allCheckedAnswers();

/** The good answer with each of its fields missing or made wrong in turn, and things that are no answer at all. */
function variants(good: Readonly<Record<string, unknown>>): unknown[] {
  const others = [undefined, null, 1, Number.NaN, true, 'text', 'toString', [], {}, ['text']];
  const wrong = [...others, { text: ['text'] }, { text: 'text' }];
  const changed = Object.keys(good).flatMap((name) => wrong.map((value) => ({ ...good, [name]: value })));
  const missing = Object.keys(good).map((name) =>
    Object.fromEntries(Object.entries(good).filter(([key]) => key !== name)),
  );
  return [good, { ...good, more: 1 }, ...changed, ...missing, ...wrong, [good]];
}

describe.each(checkedAnswers)('$name', ({ check, contract, good }) => {
  test('takes and refuses what the contract’s schema does', () => {
    const schema = contract ?? z.null();
    expect(check.is(good)).toBe(true);
    const differing = variants(good ?? {}).filter((one) => check.is(one) !== schema.safeParse(one).success);
    expect(differing).toEqual([]);
  });
});

test('an answer without a body is null, not a portal’s page', () => {
  expect([null, undefined, '', '<html>', {}].map((one) => nothing.is(one))).toEqual([true, false, false, false, false]);
});

describe('a check of an answer', () => {
  test('agrees with what some route declares', () => {
    const operations = contracts.flatMap(({ path: _, ...methods }) => Object.values(methods));
    const declared = new Set([errorResponse, ...operations.flatMap(({ answers }) => Object.values(answers))]);
    expect(declared.size).toBeGreaterThan(10);
    expect(checkedAnswers.filter(({ contract }) => !declared.has(contract)).map(({ name }) => name)).toEqual([]);
  });

  test('is exported where it is made, and stands in a table of those that are tested', async () => {
    const tested = new Set<unknown>(checkedAnswers.map(({ check }) => check));
    const sources = globSync('{app,components,lib/client}/**/*.{ts,tsx}', {
      exclude: ['**/*.test.*', '**/testing/**'],
    });
    const made = sources
      .map((file) => ({ file, count: readFileSync(file, 'utf8').match(/(?<!function )\banswer[(<]/g)?.length ?? 0 }))
      .filter(({ count }) => count > 0);
    expect(made).toContainEqual({ file: 'lib/client/answers.ts', count: 4 });
    for (const { file, count } of made) {
      const exported: Record<string, unknown> = await import(resolve(file));
      expect(Object.values(exported).filter((value) => tested.has(value)).length, file).toBe(count);
    }
  });
});
