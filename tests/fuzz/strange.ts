/** What nobody sends by accident. */
import * as fc from 'fast-check';

/** Stands in strange texts: an answer that quotes one is found out. */
export const canary = 'zq7canary';

const notable = [
  '',
  ' ',
  '\0',
  '\n',
  '\r\nSet-Cookie: a=b',
  '\ufeff',
  '\u202e',
  '\ud800',
  'a\ud800b',
  'a\udc00',
  'a\0b',
  '\u0130',
  '\ufb00',
  'e\u0301',
  'null',
  'undefined',
  'NaN',
  '-1',
  '0x10',
  '1e999',
  '999999999999999999999',
  '٣',
  'true',
  '[object Object]',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '../../../etc/passwd',
  '%00',
  '%zz',
  '%2e%2e%2f',
  "' OR 1=1 --",
  '%',
  '_',
  '\\',
  '"',
  '<script>alert(1)</script>',
  'javascript:alert(1)',
  '//evil.example',
  '/\\evil.example',
  '{}',
  '[]',
  ';',
  '=',
  ',',
];

const pieces = [
  'a',
  'A',
  '.',
  '-',
  '_',
  '~',
  '*',
  '=',
  ' ',
  '@',
  ':',
  '/',
  '\\',
  '"',
  '\0',
  '\u00e9',
  '\u{1f600}',
  '(',
  '0',
];
const huge = fc
  .tuple(fc.constantFrom(...pieces), fc.constantFrom(300, 4097, 9000, 20_000))
  .map(([piece, count]) => piece.repeat(count));

export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...notable) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 80 }) },
  { weight: 1, arbitrary: fc.string({ minLength: 41, maxLength: 190 }) },
  { weight: 1, arbitrary: huge },
  { weight: 2, arbitrary: fc.string({ maxLength: 20 }).map((around) => around + canary + around) },
);

export const key: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'id',
    'user_id',
    'role',
    'is_admin',
    'email',
    'title',
    '__proto__',
    'constructor',
    'toString',
    '',
    '0',
    'then',
  ),
  text,
);

/** Any JSON, and what JSON has not. */
export const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: text },
  {
    weight: 2,
    arbitrary: fc.constantFrom(null, true, false, 0, -1, 1.5, 1e308, 2 ** 53, {}, [], [[]], [null], { length: 1 }),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  { weight: 1, arbitrary: fc.array(text, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(key, text, { maxKeys: 3, noNullPrototype: true }) },
  { weight: 1, arbitrary: fc.constantFrom(100, 3000).map(nested) },
);

function nested(depth: number): unknown {
  let inner: unknown = [];
  for (let level = 0; level < depth; level++) inner = [inner];
  return inner;
}

/** Half a character is no UTF-8, and no address can hold it. */
export function wellFormed(given: string): string {
  return Buffer.from(given).toString();
}

/** From 0 to 1, each as often: for a place in something. */
export const unit = fc.noBias(fc.nat(9999)).map((number) => number / 10_000);

/** A change to one place of a text: a letter, a part left out, something put in, its end or its beginning cut off. */
export const edit: fc.Arbitrary<(original: string) => string> = fc
  .record({
    kind: fc.constantFrom('head', 'tail', 'insert', 'leave out', 'letter', 'upper', 'lower', 'twice', 'encode'),
    at: unit,
    to: unit,
    more: text,
    letter: fc.constantFrom(...'aAzZ09-_.~*= '),
  })
  .map(({ kind, at, to, more, letter }) => (original: string) => {
    const index = Math.floor(at * original.length);
    const [from, until] = [index, Math.floor(to * original.length)].sort((a, b) => a - b);
    switch (kind) {
      case 'head':
        return original.slice(0, index);
      case 'tail':
        return original.slice(index);
      case 'insert':
        return original.slice(0, index) + more + original.slice(index);
      case 'leave out':
        return original.slice(0, from) + original.slice(until);
      case 'letter':
        return original.slice(0, index) + letter + original.slice(index + 1);
      case 'upper':
        return original.toUpperCase();
      case 'lower':
        return original.toLowerCase();
      case 'twice':
        return original + original;
      case 'encode':
        return encodeURIComponent(wellFormed(original));
    }
  });

/** A text with one thing changed. */
export function edited(original: string): fc.Arbitrary<string> {
  return edit.map((change) => change(original)).filter((changed) => changed !== original);
}
