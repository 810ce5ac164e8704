/** Calculates ratios from rounds. A ratio is of two measurements in one round; its spread is over the rounds. */
import type { Rounds } from '../rounds.ts';

export interface Spread {
  median: number;
  /** First and third quartile: half of the values lie between them. */
  low: number;
  high: number;
}

export function spread(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => {
    const place = (sorted.length - 1) * share;
    const [below = Number.NaN, above = Number.NaN] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return below + (above - below) * (place % 1);
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/** A contender and one of its metrics. */
export interface Quantity {
  who: string;
  metric: string;
}

/** Returns the spread of `a / b` over the rounds, or null if one of the two was not measured. */
export function ratio({ values }: Rounds, a: Quantity, b: Quantity): Spread | null {
  const [left, right] = [values[a.who], values[b.who]];
  if (!left || !right) return null;
  return spread(left.map((one, round) => (one[a.metric] ?? Number.NaN) / (right[round]?.[b.metric] ?? Number.NaN)));
}

export function median({ values }: Rounds, { who, metric }: Quantity): number {
  return spread((values[who] ?? []).map((one) => one[metric] ?? Number.NaN)).median;
}
