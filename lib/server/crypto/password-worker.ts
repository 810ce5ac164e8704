/** Hashes and compares passwords in a thread of its own, at a lower priority than the threads that answer requests. */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import bcrypt from 'bcryptjs';
import type { HashJob, HashResult } from './password-hasher.ts';

// On Linux this sets the calling thread's priority only. A system that refuses it costs nothing but speed.
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
 * Compares a password with a hash in the time of a comparison at `cost`. Null is replaced by a dummy of that cost, and
 * a hash of a lower cost is followed by dummies that take the remaining time: 2^8 + 2^8 + 2^9 = 2^10.
 */
function compare(password: string, hash: string | null, cost: number): boolean {
  const known = hash ?? dummyHash(cost);
  const isMatch = bcrypt.compareSync(password, known);
  for (let rest = bcrypt.getRounds(known); rest < cost; rest++) bcrypt.compareSync(password, dummyHash(rest));
  return isMatch && hash !== null;
}

/** Makes a well-formed hash without a known password. A comparison takes as long as with a real one of that cost. */
function dummyHash(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$${'abcdefghijklmnopqrstuu'}${'n'.repeat(31)}`;
}
