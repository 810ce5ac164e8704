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
      : { kind: 'compare', isMatch: bcrypt.compareSync(job.password, job.hash) };
  parentPort?.postMessage(result);
});
