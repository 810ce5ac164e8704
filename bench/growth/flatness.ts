/** Measures the same operations on every size in turn, round after round. */
import { median, ratio, type Spread, spread } from '../report/ratios.ts';
import { alternate } from '../rounds.ts';
import { type Operation, operationNames, operations, type Population } from './operations.ts';
import { percentile } from './percentile.ts';

/** Times of an operation on one size, in microseconds. */
export interface Flatness {
  operation: Operation;
  users: number;
  medianUs: number;
  p99Us: number;
  /** Ratio of the median to that of the smallest size in the same round. */
  toSmallest: Spread;
}

/** Number of times that each operation runs in a round. */
const repeats = 200;
const warmUpRounds = 3;

export async function measureFlatness(
  populations: Population[],
  rounds: number,
): Promise<{ flatness: Flatness[]; loads: Spread }> {
  const sizes = populations.map((population) => contender(population));
  const measured = await alternate(sizes, rounds);
  const smallest = sizes[0]?.name ?? '';
  const flatness = operationNames.flatMap((operation) =>
    sizes.flatMap(({ name, users, times }) => {
      const toSmallest = ratio(measured, { who: name, metric: operation }, { who: smallest, metric: operation });
      if (!toSmallest) return [];
      const medianUs = median(measured, { who: name, metric: operation });
      return { operation, users, medianUs, p99Us: percentile(times[operation], 99), toSmallest };
    }),
  );
  return { flatness, loads: spread(measured.loads) };
}

function contender(population: Population) {
  const times: Record<Operation, number[]> = { refresh: [], read: [], list: [] };
  async function round(): Promise<Record<Operation, number[]>> {
    const ofRound: Record<Operation, number[]> = { refresh: [], read: [], list: [] };
    for (const name of operationNames)
      for (let turn = 0; turn < repeats; turn++) ofRound[name].push(await timed(population, name));
    return ofRound;
  }
  return {
    name: String(population.users),
    users: population.users,
    times,
    async warmUp() {
      for (let turn = 0; turn < warmUpRounds; turn++) await round();
    },
    async measure() {
      const ofRound = await round();
      for (const name of operationNames) times[name].push(...ofRound[name]);
      return {
        refresh: percentile(ofRound.refresh, 50),
        read: percentile(ofRound.read, 50),
        list: percentile(ofRound.list, 50),
      };
    },
  };
}

/** Runs an operation. Returns how long it took, in microseconds. */
export async function timed(population: Population, name: Operation): Promise<number> {
  const start = performance.now();
  await operations[name].run(population);
  return (performance.now() - start) * 1000;
}
