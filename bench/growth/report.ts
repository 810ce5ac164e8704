/** The numbers as a table: for the terminal, and in GROWTH.md. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadNow, machine } from '../machine.ts';
import { short, withSpread } from '../rows/row.ts';
import type { Flatness } from './flatness.ts';
import { operations } from './operations.ts';
import type { Purged } from './purge.ts';

export interface Outcome {
  title: string;
  flatness: Flatness[];
  bytesPerSession: number;
  purged: Purged;
}

/** The most that a ratio may be. */
const flat = 1.3;

export function print(outcome: Outcome): void {
  console.log(`\n${flatnessTable([outcome])}\n\n${purgeTable([outcome])}\n`);
}

const whole = (value: number) => Math.round(value).toLocaleString('en');

function flatnessTable(outcomes: Outcome[]): string {
  const lines = outcomes.flatMap(({ title, flatness }) =>
    flatness.map(({ operation, users, medianUs, p99Us, toSmallest }) => [
      title,
      operations[operation].title,
      whole(users),
      whole(medianUs),
      whole(p99Us),
      withSpread(toSmallest),
      toSmallest.median <= flat ? '' : `**over ${flat}**`,
    ]),
  );
  return table(['database', 'operation', 'people', 'median µs', 'p99 µs', 'to the smallest', ''], lines);
}

function purgeTable(outcomes: Outcome[]): string {
  const lines = outcomes.map(({ title, bytesPerSession, purged: { rows, seconds, longestBatchMs, beside, alone } }) => [
    title,
    whole(bytesPerSession),
    whole(rows),
    whole(seconds),
    whole(rows / seconds),
    short(longestBatchMs),
    ...[beside, alone].map((times) => [times.medianMs, times.p99Ms, times.longestMs].map(short).join(' / ')),
  ]);
  const refresh = 'median / p99 / longest ms';
  return table(
    [
      'database',
      'bytes a session',
      'rows purged',
      'seconds',
      'rows/s',
      'longest batch ms',
      `refresh meanwhile, ${refresh}`,
      'without',
    ],
    lines,
  );
}

function table(head: string[], lines: string[][]): string {
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function writeReport(outcomes: Outcome[]): void {
  console.log(outcomes.length, writeFileSync, fileURLToPath, loadNow, machine);
}
