/** Nobody can tell whether an answer came past Next's router, but by the clock: the requests of tests/fuzz. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runs } from '#tests/support/depth.ts';
import { seed } from '#tests/support/seed.ts';
import { type Case, changedRequests, changedWires, goodOnes, seenBy } from './corpus.ts';
import { type Pair, startPair } from './pair.ts';

const good = goodOnes();
const counts = { requests: runs({ usual: 300, deep: 6000 }), wires: runs({ usual: 150, deep: 1200 }) };
let pair: Pair;
let sentRequests = 0;

beforeAll(async () => {
  pair = await startPair(good.length + counts.requests + counts.wires);
}, 120_000);
afterAll(() => {
  console.log(`${sentRequests} requests were answered alike. FUZZ_SEED=${seed} repeats them.`);
  return pair.close();
});

/** Sends each in the name of another person, some at a time; lists how answers differ. */
async function differing(cases: Case[]): Promise<string[]> {
  const found: string[] = [];
  const queue = [...cases];
  const work = async () => {
    for (let make = queue.pop(); make; make = queue.pop()) {
      const bytes = make(seenBy(pair.fresh(), pair.world));
      await pair.same(bytes).catch((error: Error) => found.push(error.message));
      sentRequests++;
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return found;
}

test('a good request of each kind, with and without its tokens', async () => {
  expect(await differing(good)).toEqual([]);
});

test('requests that were changed', async () => {
  expect(await differing(changedRequests(counts.requests))).toEqual([]);
}, 600_000);

test('bytes that no HTTP client would send', async () => {
  expect(await differing(changedWires(counts.wires))).toEqual([]);
}, 600_000);
