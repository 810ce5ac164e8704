/** What all rows of the table have in common. */
import { median, type Quantity, ratio, type Spread } from '../report/ratios.ts';
import type { Rounds } from '../rounds.ts';
import type { Seed } from '../seed.ts';
import type { ServerId } from '../servers.ts';

export interface Context {
  /** Those that were selected and can be measured here. */
  ids: readonly ServerId[];
  rounds: number;
  /** Of one measurement. */
  seconds: number;
  warmUpSeconds: number;
  seed: Seed;
}

/** One line of the table. */
export interface Line {
  compared: string;
  target: string;
  result: string;
  /** The same ratio, of answers for a second of the server's processor time; empty where that says nothing. */
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
  /** How it was measured, for the reader of the results. */
  how: string;
  servers: readonly ServerId[];
  /** Unless told otherwise. */
  rounds: number;
  /** Of one measurement; 0 where it ends by itself. */
  seconds: number;
  run(context: Context): Promise<RowResult>;
}

export interface Comparison {
  compared: string;
  ours: Quantity;
  theirs: Quantity;
  /** None: for information. */
  atLeast?: number;
  atMost?: number;
  /** The other way round: how many times smaller ours is. */
  isInverse?: boolean;
  unit: string;
}

/** Null where one of the two was not measured. */
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

/** Three digits that count. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
