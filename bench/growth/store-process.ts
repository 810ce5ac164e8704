/**
 * One process that asks the store for as much as it can give: no HTTP, no token. It does the jobs that its parent sends,
 * and answers each with the times of its operations.
 */
import { randomInt } from 'node:crypto';
import { openPopulation } from './app-on.ts';
import { timed } from './flatness.ts';
import type { Operation } from './operations.ts';

/**
 * Runs an operation for a while, in a loop for each number of `loops`. All loops of all processes are `of` in number, and
 * each has sessions of its own, as browsers do.
 */
export interface StoreJob {
  operation: Operation;
  loops: number[];
  of: number;
  seconds: number;
}

const [url = '', users = '', poolSize = ''] = process.argv.slice(2);
const population = await openPopulation(url, Number(users), { DATABASE_POOL_SIZE: poolSize });
process.on('message', async ({ operation, loops, of, seconds }: StoreJob) => {
  const took: number[] = [];
  const end = performance.now() + seconds * 1000;
  async function loop(place: number): Promise<void> {
    const pick = (from: number, to: number) => from + place + of * randomInt(Math.floor((to - from) / of));
    while (performance.now() < end) took.push((await timed({ ...population, pick }, operation)) / 1000);
  }
  await Promise.all(loops.map(loop));
  process.send?.(took);
});
process.once('disconnect', () => void population.deps.store.close().then(() => process.exit()));
// A SQLite file is opened at its first use.
await population.deps.store.check();
process.send?.('ready');
