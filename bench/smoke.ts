/**
 * `npm run bench:smoke`: three short rounds against the floor. Fails on wrong answers, never on time. Writes nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.ts';
import { printTable } from './report/table.ts';
import { rateRows } from './rows/rates.ts';
import { stormRow } from './rows/storm.ts';
import { seed } from './seed.ts';
import type { ServerId } from './servers.ts';

const ids: ServerId[] = ['floor-edge', 'latchkey'];
const rows = [...rateRows, stormRow].filter(({ id }) => ['W1', 'W2', 'W4'].includes(id));

const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
try {
  await build(ids);
  // The cost is low: only the answers matter here.
  const seeded = await seed(join(folder, 'seed.db'), { cost: 10, withBetterAuth: false });
  for (const row of rows) {
    const { lines } = await row.run({ ids, rounds: 3, seconds: 1, warmUpSeconds: 1, seed: seeded });
    // One second says nothing about a target, so none is shown.
    printTable(
      row,
      lines.map((line) => ({ ...line, target: '', isMet: null })),
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
