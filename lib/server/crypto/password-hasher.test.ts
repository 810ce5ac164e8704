import bcrypt from 'bcryptjs';
import { afterAll, expect, test } from 'vitest';
import { hashQueuePerThread, hashThreads } from '#lib/core/policy.ts';
import { passwordHasher } from './password-hasher.ts';

const threads = 2;
const hasher = passwordHasher(4, threads);
/** For what is about how long it takes. */
const slow = passwordHasher(8, threads);
afterAll(() => Promise.all([hasher.close(), slow.close()]));

test('a password matches its own hash and no other', async () => {
  const hash = await hasher.hash('a few unrelated words');
  expect(hash).toMatch(/^\$2[aby]\$04\$/);
  expect(await hasher.compare('a few unrelated words', hash)).toBe(true);
  expect(await hasher.compare('a few unrelated word', hash)).toBe(false);
});

test('without a hash the comparison is false, and really compares', async () => {
  const hash = await slow.hash('x');
  const time = async (known: string | null) => {
    const start = performance.now();
    await slow.compare('wrong', known);
    return performance.now() - start;
  };
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const [real, dummy]: [number[], number[]] = [[], []];
  for (let round = 0; round < 9; round++) {
    real.push(await time(hash));
    dummy.push(await time(null));
  }
  // A dummy that bcrypt refuses to read would be a thousand times faster; the exact ratio is the benchmark's.
  expect(median(dummy) / median(real)).toBeGreaterThan(0.1);
  expect(await slow.compare('wrong', null)).toBe(false);
});

test('hashing leaves the event loop free', async () => {
  await slow.hash('x');
  const [ofAll, ofThisThread] = [process.cpuUsage(), process.threadCpuUsage()];
  await Promise.all(Array.from({ length: 6 }, () => slow.hash('x')));
  expect(process.threadCpuUsage(ofThisThread).user).toBeLessThan(process.cpuUsage(ofAll).user / 2);
});

test('a full queue is refused at once instead of growing', async () => {
  const room = threads + threads * hashQueuePerThread;
  const busy = Array.from({ length: room }, () => hasher.compare('x', null));
  await expect(hasher.hash('one too many')).rejects.toMatchObject({ code: 'temporarily_unavailable' });
  expect(await Promise.all(busy)).toHaveLength(room);
});

test('a hash of another cost is outdated', () => {
  expect(hasher.isOutdated(`$2b$03$${'a'.repeat(53)}`)).toBe(true);
  expect(hasher.isOutdated(`$2b$12$${'a'.repeat(53)}`)).toBe(true);
  expect(hasher.isOutdated(`$2b$04$${'a'.repeat(53)}`)).toBe(false);
});

test.each([
  [1, 1, 1],
  [2, 1, 2],
  [16, 1, 2],
  [2, 2, 1],
  [16, 16, 1],
  [2, 8, 1],
  [8, 4, 2],
])('on %i cores each of %i processes has %i hashing threads', (cores, workers, each) => {
  expect(hashThreads(cores, workers)).toBe(each);
});

test.each([5, 7, 9])('a hash of cost %i, made under another setting, still tells right from wrong', async (cost) => {
  const hash = bcrypt.hashSync('a few unrelated words', cost);
  expect(await hasher.compare('a few unrelated words', hash)).toBe(true);
  expect(await hasher.compare('wrong', hash)).toBe(false);
});
