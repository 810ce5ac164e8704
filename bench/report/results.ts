/** Writes results.json, which holds the last whole run of every row, and makes RESULTS.md and the chart from it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Machine, wrkVersion } from '../machine.ts';
import type { Rounds } from '../rounds.ts';
import { type Line, withSpread } from '../rows/row.ts';
import { chart } from './chart.ts';
import { spread } from './ratios.ts';
import { markdownTable } from './table.ts';

export interface Result {
  at: string;
  /** Number of rounds. */
  count: number;
  seconds: number;
  machine: Machine;
  lines: Line[];
  raw: Rounds;
}

export type Results = Record<string, { id: string; title: string; how: string; result: Result }>;

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** Replaces one row, and makes RESULTS.md and the chart again. */
export function writeResults({ id, title, how, result }: Results[string]): void {
  const known: Results = existsSync(path('results.json')) ? JSON.parse(readFileSync(path('results.json'), 'utf8')) : {};
  const results = { ...known, [id]: { id, title, how, result } };
  writeFileSync(path('results.json'), `${JSON.stringify(results)}\n`);
  writeFileSync(path('RESULTS.md'), markdown(results));
  for (const theme of ['light', 'dark'] as const)
    writeFileSync(path(`../docs/images/bench-${theme}.svg`), chart(results, theme));
}

function markdown(results: Results): string {
  const rows = Object.values(results).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const [newest] = rows.toSorted((a, b) => (a.result.at > b.result.at ? -1 : 1));
  if (!newest) return '';
  const { machine } = newest.result;
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return `# Results

Made by \`npm run bench\`; do not edit. [README.md](README.md) says what each server is, and how to repeat this.

<picture>
  <source media="(prefers-color-scheme: dark)" srcset="../docs/images/bench-dark.svg">
  <img alt="Rates beside Latchkey's own, as bars" src="../docs/images/bench-light.svg">
</picture>

Each ratio is of two measurements of the same round. The table has the median of the rounds and, in brackets, the two ratios
between which their middle half lies. Every answer was checked, and none was wrong.

${markdownTable(rows.map(({ id, result }) => ({ id, lines: result.lines })))}

| row | what is done | rounds | when | load of the machine before a round |
| --- | --- | --- | --- | --- |
${rows.map(({ id, title, how, result }) => `| ${id} | **${title}.** ${how} | ${result.count}${result.seconds ? ` of ${result.seconds} s` : ''} | ${result.at.slice(0, 16).replace('T', ' ')} UTC | ${loads(result)} |`).join('\n')}

The load is the system's one-minute average, including this suite's own share of about one. Where it is higher, others used the
machine too: rounds are slower as a whole and ratios less certain, as their spread shows.

- Machine: ${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}.
- Cores: ${machine.isPinned ? 'the server has the first and the driver the second, unless a row says otherwise' : 'nothing was pinned'}.
- Driver: ${wrkVersion ? `wrk ${wrkVersion} for reads and pages, a Node process for the rest` : 'a Node process'}.
- Versions: ${versions.join(', ')}.

[results.json](results.json) has the raw numbers of every round.
`;
}

function loads({ raw }: Result): string {
  return withSpread(spread(raw.loads));
}
