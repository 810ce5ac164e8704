/** Measures refreshes beside the app's own purge, and without it. */
import { setTimeout as delay } from 'node:timers/promises';
import { purge } from '../../lib/server/runtime/purge.ts';
import { timed } from './flatness.ts';
import type { Population } from './operations.ts';
import { percentile } from './percentile.ts';

export interface Purged {
  rows: number;
  seconds: number;
  longestBatchMs: number;
  /** Refreshes during the purge. */
  beside: Times;
  /** Refreshes without a purge. */
  alone: Times;
}

export interface Times {
  count: number;
  medianMs: number;
  p99Ms: number;
  longestMs: number;
}

/** Pause between two refreshes. */
const pauseMs = 5;
const aloneSeconds = 30;

/** Measures refreshes for a while, then during one round of the purge, which deletes everything that is overdue. */
export async function measurePurge(population: Population): Promise<Purged> {
  const until = performance.now() + aloneSeconds * 1000;
  const alone = await refreshes(population, () => performance.now() > until);

  let longestBatchMs = 0;
  let isDone = false;
  const { store } = population.deps;
  const watched: typeof store = {
    ...store,
    async purge(...words) {
      const start = performance.now();
      const deleted = await store.purge(...words);
      longestBatchMs = Math.max(longestBatchMs, performance.now() - start);
      return deleted;
    },
  };
  const start = performance.now();
  const purging = purge({ ...population.deps, store: watched }, new AbortController().signal).then((rows) => {
    isDone = true;
    return { rows, seconds: (performance.now() - start) / 1000 };
  });
  const [{ rows, seconds }, beside] = await Promise.all([purging, refreshes(population, () => isDone)]);
  return { rows, seconds, longestBatchMs, beside, alone };
}

async function refreshes(population: Population, isOver: () => boolean): Promise<Times> {
  const times: number[] = [];
  while (!isOver()) {
    // Times count from when the refresh was due: a batch that stops the event loop delays what comes meanwhile, too.
    const due = performance.now() + pauseMs;
    await delay(pauseMs);
    await timed(population, 'refresh');
    times.push(performance.now() - due);
  }
  const at = (percent: number) => percentile(times, percent);
  return { count: times.length, medianMs: at(50), p99Ms: at(99), longestMs: at(100) };
}
