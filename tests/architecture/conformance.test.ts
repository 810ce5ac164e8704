import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isNamed } from '#tests/support/test-names.ts';

const read = (file: string) => readFileSync(file, 'utf8');

/** The cell of every row that names our test, but for heads, rules and repeated rows. */
const named = read('docs/conformance.md')
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\|( *-+ *\|)+$/.test(line) && !line.startsWith('| Module |'))
  .map((line) => line.split('|')[3]?.trim() ?? '')
  .filter((cell) => cell !== 'As above');

test('each row of docs/conformance.md names a test that there is', () => {
  expect(named.length).toBeGreaterThan(25);
  const missing = named.filter((cell) => {
    const [, file, name = ''] = /^`([\w-]+\.test\.ts)`: (.+)$/.exec(cell) ?? [];
    return !file || !isNamed(name, read(`tests/integration/providers/${file}`));
  });
  expect(missing).toEqual([]);
});
