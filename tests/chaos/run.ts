/**
 * `npm run chaos -- [--seconds 60] [--only sqlite|postgres] [--no-browser]`: people, thieves and twenty browser tabs at two
 * instances of the built app, with a bad network in between, on SQLite and then on PostgreSQL, while all kinds of faults are
 * made. Prints a table; ends with 1 where anything is in it that must not be. `CHAOS_SEED=<seed>` repeats a run's choices.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { diceFrom } from './dice.ts';
import { Ledger } from './ledger.ts';
import { runPhase } from './phase.ts';
import { postgresScene } from './postgres-scene.ts';
import { sqliteScene } from './sqlite-scene.ts';
import { tableOf } from './table.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    only: { type: 'string' },
    'no-browser': { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
if (!(seconds > 0)) throw new Error('--seconds: how long faults are made, on all databases together.');
const scenes = [
  { name: 'sqlite', title: 'SQLite', open: sqliteScene },
  { name: 'postgres', title: 'PostgreSQL', open: postgresScene },
].filter(({ name }) => name === (values.only ?? name));
if (scenes.length === 0) throw new Error('--only: sqlite or postgres.');
const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 2 ** 31);
console.log(`CHAOS_SEED=${seed} makes the same choices again.`);

// Two instances that start at once must not both build.
const { status } = spawnSync(process.execPath, ['scripts/start.ts', '--build'], { stdio: 'inherit' });
if (status !== 0) process.exit(1);

const ledgers: Ledger[] = [];
let stop = async () => {};
// The instances hear it too, from the terminal.
process.once('SIGINT', () => stop().finally(() => process.exit(130)));
for (const { title, open } of scenes) {
  const ledger = new Ledger(title);
  ledgers.push(ledger);
  const scene = await open(ledger);
  stop = scene.stop;
  try {
    const share = seconds / scenes.length;
    console.log(`${title}: faults for ${share} s …`);
    await runPhase({ scene, seconds: share, withTabs: !values['no-browser'], dice: diceFrom(seed), ledger });
  } finally {
    await scene.stop();
  }
}
console.log(`\n${tableOf(ledgers)}`);
process.exitCode = ledgers.every(({ breaches }) => breaches.length === 0) ? 0 : 1;
