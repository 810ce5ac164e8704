import 'server-only';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError } from '#lib/core/errors.ts';
import { hashQueuePerThread, retryAfterSeconds } from '#lib/core/policy.ts';

/** A job for a hashing thread. `cost` is bcrypt's, the base-2 logarithm of its rounds. */
export type HashJob =
  | { kind: 'hash'; password: string; cost: number }
  | { kind: 'compare'; password: string; hash: string | null; cost: number };
export type HashResult = { kind: 'hash'; hash: string } | { kind: 'compare'; isMatch: boolean };

export interface PasswordHasher {
  /** Hashes a password with bcrypt at the configured cost. Throws `temporarily_unavailable` when the queue is full. */
  hash(password: string): Promise<string>;
  /**
   * Compares a password with a hash; null never matches. Takes the time of the configured cost even for null or a hash
   * of a lower cost. Throws `temporarily_unavailable` when the queue is full.
   */
  compare(password: string, hash: string | null): Promise<boolean>;
  /** Decides whether a hash was made at another cost than the configured one. */
  isOutdated(hash: string): boolean;
  /** Number of passwords that wait for a thread. */
  readonly waiting: number;
  close(): Promise<void>;
}

interface Waiting {
  job: HashJob;
  resolve: (result: HashResult) => void;
  reject: (error: Error) => void;
}

/** A thread and the job it is working on; null when idle. */
interface Slot {
  worker: Worker;
  current: Waiting | null;
}

/** Runs bcrypt in up to `threads` worker threads behind a bounded queue, so that hashing stalls no other request. */
export function passwordHasher(cost: number, threads: number): PasswordHasher {
  const queue: Waiting[] = [];
  const slots = new Set<Slot>();

  function addSlot(): Slot {
    // Node loads this file itself, outside the bundle, so the bundler must not follow the path.
    const worker = new Worker(join(/* turbopackIgnore: true */ process.cwd(), 'lib/server/crypto/password-worker.ts'), {
      // bcrypt's garbage is short-lived: a larger young generation would only hold memory.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    const slot: Slot = { worker, current: null };
    worker.unref();
    worker.on('message', (result: HashResult) => {
      slot.current?.resolve(result);
      slot.current = null;
      startNext();
    });
    worker.on('error', (error) => slot.current?.reject(error));
    worker.on('exit', () => {
      slot.current?.reject(new Error('A hashing thread ended.'));
      slots.delete(slot);
      startNext();
    });
    slots.add(slot);
    return slot;
  }

  function startNext(): void {
    if (queue.length === 0) return;
    const isIdle = (slot: Slot) => slot.current === null;
    const slot = [...slots].find(isIdle) ?? (slots.size < threads ? addSlot() : undefined);
    if (!slot) return;
    slot.current = queue.shift() ?? null;
    slot.worker.postMessage(slot.current?.job);
  }

  function submit(job: HashJob): Promise<HashResult> {
    if (queue.length >= threads * hashQueuePerThread)
      throw new AppError('temporarily_unavailable', { retryAfterSeconds });
    return new Promise((resolve, reject) => {
      queue.push({ job, resolve, reject });
      startNext();
    });
  }

  async function hash(password: string): Promise<string> {
    const result = await submit({ kind: 'hash', password, cost });
    if (result.kind !== 'hash') throw new Error('A hashing thread answered another question.');
    return result.hash;
  }

  return {
    hash,
    async compare(password, known) {
      const result = await submit({ kind: 'compare', password, hash: known, cost });
      return result.kind === 'compare' && result.isMatch;
    },
    isOutdated: (known) => Number(known.slice(4, 6)) !== cost,
    get waiting() {
      return queue.length;
    },
    async close() {
      await Promise.all([...slots].map(({ worker }) => worker.terminate()));
    },
  };
}
