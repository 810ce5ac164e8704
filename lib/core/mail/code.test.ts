import { expect, test } from 'vitest';
import { mailedCode } from './code.ts';

const read = (typed: unknown) => mailedCode.safeParse(typed).data ?? null;

test.each([
  ['as it is in the mail', '0123 4567'],
  ['without the space', '01234567'],
  ['with spaces and a line’s end around it', ' 0123\u00a04567\r\n'],
  ['with hyphens', '0123-4567'],
  ['with a space after each digit', '0 1 2 3 4 5 6 7 '],
])('a code %s is its eight digits', (_, typed) => {
  expect(read(typed)).toBe('01234567');
});

test.each([
  ['nothing', ''],
  ['spaces alone', '        '],
  ['seven digits', '0123456'],
  ['nine digits', '012345678'],
  ['a letter', '0123456a'],
  ['a sign', '-12345678.'],
  ['digits of another script', '٠١٢٣٤٥٦٧'],
  ['a number', 12_345_678],
  ['a list', ['01234567']],
  ['more spaces than a form lets through', `${' '.repeat(40)}01234567`],
])('%s is no code', (_, typed) => {
  expect(read(typed)).toBeNull();
});
