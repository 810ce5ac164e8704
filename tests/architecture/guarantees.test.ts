import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isNamed } from '#tests/support/test-names.ts';

interface Row {
  guarantee: string;
  source: string;
  path: string;
  name: string;
}

const read = (file: string) => readFileSync(file, 'utf8');

/** Every line of a table in the document, but for heads and rules. What is no whole row comes back with empty cells. */
const rows = read('docs/guarantees.md')
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\|( *-+ *\|)+$/.test(line) && !/^\| Guarantee +\|/.test(line))
  .map((line): Row => {
    const [, guarantee = '', source = '', shown = ''] = line.split('|').map((cell) => cell.trim());
    const [, path = '', name = ''] = /^`([^`]+)`: (.+)$/.exec(shown) ?? [];
    return { guarantee, source, path, name };
  });

const testOf = ({ path, name }: Row) => `${path}: ${name}`;

test('each guarantee has a source that can be looked up', () => {
  expect(rows.length).toBeGreaterThan(60);
  const known = /ASVS \d+\.\d+\.\d+|RFC \d+ [\d.]+|NIST SP 800-63B|\[[\w ]+\]\([\w./-]+\)/;
  expect(rows.filter(({ guarantee, source }) => guarantee === '' || !known.test(source))).toEqual([]);
});

test('each names a test in a file that exists', () => {
  expect(rows.filter(({ path }) => !existsSync(path)).map(testOf)).toEqual([]);
  const missing = rows.filter(({ path, name }) => {
    const source = read(path);
    return name === '' || !name.split(' > ').every((part) => isNamed(part, source));
  });
  expect(missing.map(testOf)).toEqual([]);
});

test('none is made twice', () => {
  const made = rows.map(({ guarantee }) => guarantee.toLowerCase());
  expect(made.filter((guarantee, index) => made.indexOf(guarantee) !== index)).toEqual([]);
});

test('a name that stands nowhere, and a case that does not, are found out', () => {
  const source =
    "test('it holds', () => {}); test.each([['a case', 1]])('%s', async () => {}); test.each(all)('$n tries', () => {});";
  expect(['it holds', 'a case', '1 tries'].map((name) => isNamed(name, source))).toEqual([true, true, true]);
  expect(['it hold', 'another case', 'two tries'].map((name) => isNamed(name, source))).toEqual([false, false, false]);
});
