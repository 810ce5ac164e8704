/** One refresh at a time per browser. The lock saves requests; nothing breaks without it, so nobody waits long for it. */
import type { Environment } from './environment.ts';

const lockName = 'latchkey-refresh';

export interface Patience {
  /** How long to wait for whoever holds the lock before going on without it: tabs die with a lock in hand. */
  waitMs: number;
  /** How long to hold back where the browser has no locks. */
  withoutLocksMs?: number;
}

/** Returns what releases the lock, got or not. Hold it around bounded requests only. Never rejects. */
export function acquireLock(env: Environment, { waitMs, withoutLocksMs = 0 }: Patience): Promise<() => void> {
  return new Promise((resolve) => {
    const waiting = new AbortController();
    const cancelTimer = env.setTimer(() => waiting.abort(), waitMs);
    const settle = (release: () => void) => {
      cancelTimer();
      resolve(release);
    };
    const goWithout = () => settle(() => {});
    env
      .withLock(lockName, waiting.signal, () => new Promise<void>(settle))
      .catch(() => {
        if (waiting.signal.aborted || withoutLocksMs <= 0) goWithout();
        else env.setTimer(goWithout, withoutLocksMs);
      });
  });
}
