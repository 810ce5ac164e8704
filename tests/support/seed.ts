/** The seed of this run, printed: `FUZZ_SEED=…` before the same command repeats a failure. */
export const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

/** `part` tells properties apart that run side by side. */
export function announced(runs: number, part = 0): { seed: number; numRuns: number } {
  if (part === 0) console.log(`FUZZ_SEED=${seed} repeats this`);
  return { seed: seed + part, numRuns: runs };
}
