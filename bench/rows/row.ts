/** The parts that all rows of the table share. */
import { median, type Quantity, ratio, type Spread } from '../report/ratios.ts';
import type { Rounds } from '../rounds.ts';
import type { Seed } from '../seed.ts';
import type { ServerId } from '../servers.ts';

export interface Context {
  /** Servers that were selected and can be measured here. */
  ids: readonly ServerId[];
  rounds: number;
  /** Seconds of one measurement. */
  seconds: number;
  warmUpSeconds: number;
  seed: Seed;
}

/** One line of the table. */
export interface Line {
  compared: string;
  target: string;
  result: string;
  /** Ratio of the answers for each second of processor time; empty if that says nothing. */
  byCpu: string;
  isMet: boolean | null;
  ours: string;
  theirs: string;
}

export interface RowResult {
  lines: Line[];
  rounds: Rounds;
}

export interface Row {
  id: string;
  title: string;
  /** Says how it was measured, for readers of the results. */
  how: string;
  servers: readonly ServerId[];
  /** Default number of rounds. */
  rounds: number;
  /** Default number of seconds of one measurement; 0 if it ends by itself. */
  seconds: number;
  run(context: Context): Promise<RowResult>;
}

export interface Comparison {
  compared: string;
  ours: Quantity;
  theirs: Quantity;
  /** Smallest ratio that counts as met. Without this and `atMost`, the comparison is for information. */
  atLeast?: number;
  /** Largest ratio that counts as met. */
  atMost?: number;
  /** Turns the ratio round: it then says how many times smaller ours is. */
  isInverse?: boolean;
  unit: string;
}

/** Compares two measurements. Returns null if one of them was not made. */
export function line(rounds: Rounds, comparison: Comparison): Line | null {
  const { compared, ours, theirs, atLeast, atMost, isInverse = false, unit } = comparison;
  const found = isInverse ? ratio(rounds, theirs, ours) : ratio(rounds, ours, theirs);
  if (!found) return null;
  const isMet = atLeast !== undefined ? found.median >= atLeast : atMost !== undefined ? found.median <= atMost : null;
  const target = atLeast !== undefined ? `≥ ${atLeast}` : atMost !== undefined ? `≤ ${atMost}` : '';
  const show = (quantity: Quantity) => `${short(median(rounds, quantity))} ${unit}`;
  const byCpu = ratio(rounds, { ...ours, metric: 'perCpuSecond' }, { ...theirs, metric: 'perCpuSecond' });
  const cpu = byCpu && Number.isFinite(byCpu.median) ? withSpread(byCpu) : '';
  return { compared, target, result: withSpread(found), byCpu: cpu, isMet, ours: show(ours), theirs: show(theirs) };
}

export function lines(rounds: Rounds, comparisons: Comparison[]): Line[] {
  return comparisons.flatMap((comparison) => line(rounds, comparison) ?? []);
}

export function withSpread({ median, low, high }: Spread): string {
  return `${short(median)} (${short(low)}–${short(high)})`;
}

/** Writes a number with three significant digits, or whole if it has more. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
