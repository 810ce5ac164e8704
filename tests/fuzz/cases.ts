/** Runs properties with the seed of this run, and counts. */
import * as fc from 'fast-check';
import { seed } from '#tests/support/seed.ts';

/** `FUZZ_TIMES=10` makes ten times as many cases. */
const times = Number(process.env.FUZZ_TIMES ?? 1);
let total = 0;

/** Asks `property` of `runs` cases; a failure names the seed and the smallest case that fails. None may take 20 s. */
export async function holds<T>(property: fc.IProperty<T> | fc.IAsyncProperty<T>, runs: number): Promise<void> {
  const numRuns = runs * times;
  await fc.assert(property, { seed, numRuns, timeout: 20_000 });
  total += numRuns;
}

/** To be called last in a file. */
export function announceCases(what: string): void {
  console.log(`${total} cases of ${what}. FUZZ_SEED=${seed} repeats them.`);
}

/** One call must not hold up all others: its time on the processor, whatever else the machine does. */
export function soon<T>(call: () => T): T {
  const before = process.threadCpuUsage();
  const result = call();
  const { user, system } = process.threadCpuUsage(before);
  const ms = (user + system) / 1000;
  if (ms > 250) throw new Error(`It took ${ms.toFixed(0)} ms.`);
  return result;
}
