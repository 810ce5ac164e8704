/** `npm run bench`: builds every server, drives them in alternating rounds, prints the table and writes it down. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.ts';
import { machine } from './machine.ts';
import { type Options, readOptions, usage } from './options.ts';
import { type Result, writeResults } from './report/results.ts';
import { printTable } from './report/table.ts';
import { browserRow } from './rows/browser.ts';
import { lifeRow } from './rows/life.ts';
import { rateRows } from './rows/rates.ts';
import type { Row } from './rows/row.ts';
import { stormRow } from './rows/storm.ts';
import { workersRow } from './rows/workers.ts';
import { seed } from './seed.ts';
import { obstacleTo, serverIds, servers } from './servers.ts';

const rows: Row[] = [...rateRows, stormRow, workersRow, lifeRow, browserRow].toSorted((a, b) => (a.id < b.id ? -1 : 1));
const warmUpSeconds = 4;

await run(optionsOrUsage());

function optionsOrUsage(): Options {
  try {
    return readOptions(
      process.argv.slice(2),
      rows.map(({ id }) => id),
    );
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    return process.exit(2);
  }
}

async function run({ only, servers: named, ...options }: Options): Promise<void> {
  const chosen = rows.filter(({ id }) => only.includes(id));
  const ids = named.filter((id) => {
    const obstacle = obstacleTo(id);
    if (obstacle) console.warn(`${servers[id].title} is left out. To have it: ${obstacle}`);
    return !obstacle;
  });
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
  try {
    const needed = ids.filter((id) => chosen.some((row) => row.servers.includes(id)));
    await build(needed);
    const withBetterAuth = needed.some((id) => servers[id].dialect === 'better-auth');
    const seeded = await seed(join(folder, 'seed.db'), { cost: 12, withBetterAuth });
    for (const row of chosen) {
      const rounds = options.rounds ?? row.rounds;
      const seconds = options.seconds ?? row.seconds;
      const { lines, rounds: raw } = await row.run({ ids, rounds, seconds, warmUpSeconds, seed: seeded });
      printTable(row, lines);
      const result: Result = { at: new Date().toISOString(), count: rounds, seconds, machine: machine(), lines, raw };
      if (named.length === serverIds.length) writeResults({ ...row, result });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
