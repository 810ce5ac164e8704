/** Runs properties with the seed of this run, and counts. */
import * as fc from 'fast-check';
import { runs as runsOf } from '#tests/support/depth.ts';
import { seed } from '#tests/support/seed.ts';

/** `FUZZ_TIMES=10` makes ten times as many cases. */
const times = Number(process.env.FUZZ_TIMES ?? 1) / runsOf({ usual: 3, deep: 1 });
let total = 0;

/** Asks `property` of `deep` cases, or of a third. A failure names the seed and the smallest case that fails. None may take 20 s. */
export async function checkCases<T>(property: fc.IProperty<T> | fc.IAsyncProperty<T>, deep: number): Promise<void> {
  const numRuns = Math.ceil(deep * times);
  await fc.assert(property, { seed, numRuns, timeout: 20_000 });
  total += numRuns;
}

/** Prints how many cases there were, and what repeats them. To be called last in a file. */
export function announceCases(what: string): void {
  console.log(`${total} cases of ${what}. FUZZ_SEED=${seed} repeats them.`);
  total = 0;
}

/** Calls something that must not hold up all other calls. Throws where it takes 250 ms of the processor, whatever else that does. */
export function quickly<T>(call: () => T): T {
  const before = process.threadCpuUsage();
  const result = call();
  const { user, system } = process.threadCpuUsage(before);
  const ms = (user + system) / 1000;
  if (ms > 250) throw new Error(`It took ${ms.toFixed(0)} ms.`);
  return result;
}
