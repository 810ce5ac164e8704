import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isNamed } from '#tests/support/test-names.ts';

const read = (file: string) => readFileSync(file, 'utf8');

test('each row of docs/conformance.md names a test that there is', () => {
  const named = [...read('docs/conformance.md').matchAll(/\| `([\w-]+\.test\.ts)`: (.+?) \|/g)];
  expect(named.length).toBeGreaterThan(25);
  const missing = named.filter(
    ([, file = '', name = '']) => !isNamed(name, read(`tests/integration/providers/${file}`)),
  );
  expect(missing.map(([row]) => row)).toEqual([]);
});
