import 'server-only';
import { setTimeout as delay } from 'node:timers/promises';
import { type PurgeKind, purgeKinds } from '#db/store/purge.ts';
import { endedSessionKeepDays, purgeBatch, purgeSeconds } from '#lib/core/policy.ts';
import { idempotencyKeySeconds } from '#lib/core/tasks/policy.ts'; // tasks
import { logFault } from '#lib/server/observability/log.ts';
import type { Container } from './container.ts';

/** Pauses between two batches, so that whoever waits for the database comes first. */
const pauseMs = 20;
const daySeconds = 24 * 60 * 60;

/**
 * Deletes old rows every `everySeconds`, in one of all the processes on the database. Answers what stops it: a batch that is
 * under way is finished first.
 */
export function startPurge(deps: Container, everySeconds: number = purgeSeconds): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = repeat(deps, everySeconds, signal);
  return async () => {
    stopping.abort();
    await running;
  };
}

async function repeat(deps: Container, everySeconds: number, signal: AbortSignal): Promise<void> {
  while (await pause((0.5 + Math.random()) * everySeconds * 1000, signal)) {
    try {
      // The limits' counter is the lease: of all processes the first in a window does the work.
      const { count } = await deps.store.hit('purge', purgeSeconds, deps.clock());
      if (count === 1) await purge(deps, signal);
    } catch (error) {
      // The next round tries again.
      logFault(deps.log, error, { work: 'purge' });
    }
  }
}

/** Deletes everything that is old now, and answers how many rows that were. */
export async function purge({ store, env, clock, log }: Container, signal: AbortSignal): Promise<number> {
  const keptSeconds: Record<PurgeKind, number> = {
    ended_sessions: endedSessionKeepDays * daySeconds,
    expired_sessions: endedSessionKeepDays * daySeconds,
    rate_limits: 0,
    events: env.EVENT_KEEP_DAYS * daySeconds,
    one_time_links: 0,
    idempotency_keys: idempotencyKeySeconds, // tasks
  };
  const now = clock().getTime();
  let total = 0;
  for (const kind of purgeKinds) {
    const before = new Date(now - keptSeconds[kind] * 1000);
    for (let deleted = purgeBatch; deleted === purgeBatch; ) {
      if (signal.aborted) return total;
      deleted = await store.purge(kind, before, purgeBatch);
      total += deleted;
      if (deleted === purgeBatch) await pause(pauseMs, signal);
    }
  }
  if (total > 0) log.info({ rows: total }, 'Deleted old rows');
  return total;
}

/** Waits; false where the wait was cut short. Keeps no process alive. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return delay(ms, true, { signal, ref: false }).catch(() => false);
}
