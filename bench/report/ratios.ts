/** From rounds to ratios. A ratio is of two measurements of one round; its spread is over the rounds. */
import type { Rounds } from '../rounds.ts';

export interface Spread {
  median: number;
  min: number;
  max: number;
}

export function spread(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/** One measurement: a contender's metric. */
export interface Quantity {
  who: string;
  metric: string;
}

/** `a / b` in each round; null where one of them was not measured. */
export function ratio({ values }: Rounds, a: Quantity, b: Quantity): Spread | null {
  const [left, right] = [values[a.who], values[b.who]];
  if (!left || !right) return null;
  return spread(left.map((one, round) => (one[a.metric] ?? Number.NaN) / (right[round]?.[b.metric] ?? Number.NaN)));
}

export function median({ values }: Rounds, { who, metric }: Quantity): number {
  return spread((values[who] ?? []).map((one) => one[metric] ?? Number.NaN)).median;
}
