import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isNamed } from '#tests/support/test-names.ts';

/** The clauses of ASVS 5.0.0, by level. */
const clauses = {
  1: `
  1.2.1-5 1.3.1-2 1.5.1 2.1.1 2.2.1-2 2.3.1 3.2.1-2 3.3.1 3.4.1-2 3.5.1-3 4.1.1 4.4.1 5.2.1-2 5.3.1-2 6.1.1 6.2.1-8
  6.3.1-2 6.4.1-2 7.2.1-4 7.4.1-2 8.1.1 8.2.1-2 8.3.1 9.1.1-3 9.2.1 10.4.1-5 11.3.1-2 11.4.1 12.1.1 12.2.1-2 13.4.1
  14.2.1 14.3.1 15.1.1 15.2.1 15.3.1`,
  2: `
  1.1.1-2 1.2.6-9 1.3.3-11 1.4.1-3 1.5.2 2.1.2-3 2.2.3 2.3.2-4 2.4.1 3.3.2-4 3.4.3-6 3.5.4-5 3.7.1-2 4.1.2-3 4.2.1
  4.3.1-2 4.4.2-4 5.1.1 5.2.3 5.4.1-3 6.1.2-3 6.2.9-12 6.3.3-4 6.4.3-4 6.5.1-5 6.6.1-3 6.8.1-4 7.1.1-3 7.3.1-2 7.4.3-5
  7.5.1-2 7.6.1-2 8.1.2 8.2.3 8.4.1 9.2.2-4 10.1.1-2 10.2.1-2 10.3.1-4 10.4.6-11 10.5.1-5 10.6.1-2 10.7.1-3 11.1.1-2
  11.2.1-3 11.3.3 11.4.2-4 11.5.1 11.6.1 12.1.2-3 12.3.1-4 13.1.1 13.2.1-5 13.3.1-2 13.4.2-5 14.1.1-2 14.2.2-4
  14.3.2-3 15.1.2-3 15.2.2-3 15.3.2-7 16.1.1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3 17.1.1 17.2.1-4 17.3.1-2`,
};

/** `1.2.6-8` are three. */
function each(range: string): string[] {
  const [, section = '', first = '', last = first] = /^(\d+\.\d+)\.(\d+)(?:-(\d+))?$/.exec(range) ?? [];
  const count = Number(last) - Number(first) + 1;
  return Array.from({ length: count }, (_, n) => `${section}.${Number(first) + n}`);
}

const levels = new Map(
  Object.entries(clauses).flatMap(([level, ranges]) =>
    ranges
      .trim()
      .split(/\s+/)
      .flatMap(each)
      .map((clause) => [clause, level] as const),
  ),
);

const document = readFileSync('docs/asvs.md', 'utf8');
const rows = document
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => {
    const [, range = '', level = '', state = '', words = ''] = line.split('|').map((cell) => cell.trim());
    return { range, clauses: each(range), level, state, words };
  });

test('no clause of levels 1 and 2 is left out, none is there twice, and each has its level', () => {
  const listed = rows.flatMap((row) => row.clauses);
  expect(levels.size).toBe(253);
  expect([...levels.keys()].filter((clause) => !listed.includes(clause))).toEqual([]);
  expect(listed.filter((clause, index) => !levels.has(clause) || listed.indexOf(clause) !== index)).toEqual([]);
  const wrong = rows.filter(
    (row) => row.level !== [...new Set(row.clauses.map((clause) => levels.get(clause)))].sort().join('/'),
  );
  expect(wrong.map(({ range }) => range)).toEqual([]);
});

test('each says what it is, and why; the sum at the top is the sum', () => {
  const states = ['met', 'in part', 'not met', 'n/a'];
  expect(rows.filter(({ state, words }) => !states.includes(state) || words === '').map(({ range }) => range)).toEqual(
    [],
  );
  const count = (state: string) => rows.filter((row) => row.state === state).flatMap((row) => row.clauses).length;
  const [met, inPart, notMet, nothing] = states.map(count);
  expect(document.replace(/\s+/g, ' ')).toContain(
    `Of 253 clauses ${met} are met, ${inPart} in part, ${notMet} not, and ${nothing} have nothing to meet here.`,
  );
});

test('each file that is named exists, and each test in it', () => {
  const files = rows.flatMap(({ range, words }) =>
    [...words.matchAll(/`([^`\s]+\.\w+)`(?: “([^”]+)”)?/g)].map(([, path = '', name]) => ({ range, path, name })),
  );
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter(({ path }) => !existsSync(path))).toEqual([]);
  const tests = files.filter(({ name }) => name !== undefined);
  expect(tests.length).toBeGreaterThan(80);
  expect(tests.filter(({ path, name = '' }) => !isNamed(name, readFileSync(path, 'utf8')))).toEqual([]);
});
