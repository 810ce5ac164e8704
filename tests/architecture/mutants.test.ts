import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mutants, mutated } from '#tests/rotation/mutants.ts';

test.each(mutants)('this fault can still be put into the code: $fault', ({ edits }) => {
  for (const edit of edits) {
    const text = readFileSync(edit.file, 'utf8');
    expect(mutated(text, edit)).not.toBe(text);
  }
});

test('no fault is listed twice', () => {
  const keys = mutants.map(({ edits }) => JSON.stringify(edits));
  expect(new Set(keys).size).toBe(keys.length);
});
