/** How far a presented generation is from the newest, and how long to wait: weighted to parents, siblings and whole windows. */
import * as fc from 'fast-check';

export const offset = fc.oneof(
  { weight: 40, arbitrary: fc.constant(0) },
  { weight: 50, arbitrary: fc.constantFrom(-1, -1, -2) },
  { weight: 7, arbitrary: fc.constant(-3) },
  { weight: 1, arbitrary: fc.constant(1) },
);

/** Seldom a part of a second, so that rounding shows, and a clock that steps back. */
export const seconds = fc.oneof(
  { weight: 40, arbitrary: fc.constant(10) },
  { weight: 80, arbitrary: fc.constantFrom(0, 1, 1, 5, 9, 11, 20) },
  { weight: 10, arbitrary: fc.constantFrom(0.75, 0.001, -3) },
);
