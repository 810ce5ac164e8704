/** A thread that hashes and compares passwords, at a lower priority than the threads that answer requests. */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import bcrypt from 'bcryptjs';
import type { HashJob, HashResult } from './password-hasher.ts';

// On Linux this is the calling thread's own priority; elsewhere a refusal changes nothing but speed.
try {
  setPriority(10);
} catch {}

parentPort?.on('message', (job: HashJob) => {
  const result: HashResult =
    job.kind === 'hash'
      ? { kind: 'hash', hash: bcrypt.hashSync(job.password, job.cost) }
      : { kind: 'compare', isMatch: compare(job.password, job.hash, job.cost) };
  parentPort?.postMessage(result);
});

/**
 * Takes the time of a comparison at `cost`, whatever there is to compare with: without a hash a dummy of that cost stands in,
 * and a hash of a lower cost is followed by dummies that do the rest, since 2^8 + 2^8 + 2^9 = 2^10.
 */
function compare(password: string, hash: string | null, cost: number): boolean {
  const known = hash ?? dummyHash(cost);
  const isMatch = bcrypt.compareSync(password, known);
  for (let rest = bcrypt.getRounds(known); rest < cost; rest++) bcrypt.compareSync(password, dummyHash(rest));
  return isMatch && hash !== null;
}

/** A well-formed hash that no password is known for: comparing with it costs what a real comparison costs. */
function dummyHash(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$${'abcdefghijklmnopqrstuu'}${'n'.repeat(31)}`;
}
