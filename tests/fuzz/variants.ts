import * as fc from 'fast-check';
import { key, value } from './strange.ts';

export type Fields = Record<string, unknown>;

/** A good object with some of its fields made strange, left out, or joined by others; or something else altogether. */
export function variantsOf(good: Fields): fc.Arbitrary<unknown> {
  const all = Object.keys(good);
  const names = fc.subarray(all, { maxLength: Math.min(2, all.length) });
  const strange = fc
    .tuple(names, value)
    .map(([some, one]) => ({ ...good, ...Object.fromEntries(some.map((name) => [name, one])) }));
  return fc.oneof(
    { weight: 6, arbitrary: strange },
    {
      weight: 2,
      arbitrary: names.map((some) => Object.fromEntries(Object.entries(good).filter(([name]) => !some.includes(name)))),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(key, value).map(([name, one]) => Object.fromEntries([...Object.entries(good), [name, one]])),
    },
    { weight: 1, arbitrary: fc.constant(good) },
    { weight: 1, arbitrary: value },
  );
}
