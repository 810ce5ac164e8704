import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError } from '#lib/core/errors.ts';
import { hashQueueLimit, hashWorkers, retryAfterSeconds } from '#lib/core/policy.ts';

export type HashJob =
  | { kind: 'hash'; password: string; cost: number }
  | { kind: 'compare'; password: string; hash: string };
export type HashResult = { kind: 'hash'; hash: string } | { kind: 'compare'; isMatch: boolean };

export interface PasswordHasher {
  /** A bcrypt hash at the configured cost. Throws `temporarily_unavailable` when the queue is full. */
  hash(password: string): Promise<string>;
  /** With no hash to compare, a dummy of the same cost takes the same time and is always false. */
  compare(password: string, hash: string | null): Promise<boolean>;
  /** Whether the hash was made at another cost than is asked now; as long as there are such hashes, times tell them apart. */
  isOutdated(hash: string): boolean;
  readonly waiting: number;
  close(): Promise<void>;
}

interface Waiting {
  job: HashJob;
  resolve: (result: HashResult) => void;
  reject: (error: Error) => void;
}

/** A thread and the job it is at. */
interface Slot {
  worker: Worker;
  current: Waiting | null;
}

/** bcrypt in worker threads behind a bounded queue, so that hashing never stalls the thread that answers requests. */
export function passwordHasher(cost: number): PasswordHasher {
  const queue: Waiting[] = [];
  const slots = new Set<Slot>();

  function addSlot(): Slot {
    // Loaded by Node itself, outside the bundle: the path is not the bundler's to follow.
    const worker = new Worker(join(/* turbopackIgnore: true */ process.cwd(), 'lib/server/crypto/password-worker.ts'));
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
    const slot = [...slots].find(isIdle) ?? (slots.size < hashWorkers ? addSlot() : undefined);
    if (!slot) return;
    slot.current = queue.shift() ?? null;
    slot.worker.postMessage(slot.current?.job);
  }

  function submit(job: HashJob): Promise<HashResult> {
    if (queue.length >= hashQueueLimit) throw new AppError('temporarily_unavailable', { retryAfterSeconds });
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
      const result = await submit({ kind: 'compare', password, hash: known ?? dummyHash(cost) });
      return known !== null && result.kind === 'compare' && result.isMatch;
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

/** A well-formed hash that no password is known for: comparing with it costs what a real comparison costs. */
function dummyHash(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$${'abcdefghijklmnopqrstuu'}${'n'.repeat(31)}`;
}
