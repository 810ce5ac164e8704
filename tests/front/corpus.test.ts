/** Nobody can tell whether an answer came past Next's router, but by the clock: the requests of tests/fuzz. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runs } from '#tests/support/depth.ts';
import { seed } from '#tests/support/seed.ts';
import { changedRequests, changedWires, goodOnes } from './corpus.ts';
import { differing, type Pair, startPair, withoutThose } from './pair.ts';

const good = goodOnes();
const counts = { requests: runs({ usual: 60, deep: 6000 }), wires: runs({ usual: 60, deep: 1200 }) };
let pair: Pair;

beforeAll(async () => {
  pair = await startPair({ people: good.length + counts.requests + counts.wires });
}, 120_000);
afterAll(() => {
  const sent = good.length + counts.requests + counts.wires;
  console.log(`${sent} requests to both. FUZZ_SEED=${seed} repeats them.`);
  return pair.close();
});

test('a good request of each kind, with and without its tokens', async () => {
  expect(await differing(pair, good)).toEqual([]);
});

test('requests that were changed', async () => {
  expect(await differing(pair, changedRequests(counts.requests))).toEqual([]);
}, 600_000);

test('bytes that no HTTP client would send', async () => {
  expect(await differing(pair, changedWires(counts.wires))).toEqual([]);
}, 600_000);

test('both have logged the same, and nothing that Next would not', async () => {
  const { direct, next } = await pair.said();
  expect(direct.log).toEqual(next.log);
  expect(withoutThose(direct.noise, next.noise)).toEqual([]);
});
