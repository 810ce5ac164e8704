/** Reads from the numbers of a series where it saturates, and what is at its end there. */
import type { Series, Step } from './series.ts';

/** Share of the highest rate from which a step counts as saturated. */
export const saturated = 0.9;

/** Returns the first step that is saturated: more connections bring few more answers, but longer waits. */
export function knee({ steps }: Series): Step | undefined {
  const highest = peak({ steps });
  return steps.find((step) => step.of('perSecond') >= saturated * highest);
}

/** Returns the highest rate of all steps. */
export function peak({ steps }: Pick<Series, 'steps'>): number {
  return Math.max(...steps.map((step) => step.of('perSecond')));
}

/** Shares of its time from which a thread counts as busy, as waiting for a core, and as waiting for the disk. */
const [full, contended, syncing] = [0.8, 0.2, 0.3];
/** Names what is at its end at a step. */
export function limit({ title, processes, pool }: Series, { connections, of }: Step): string {
  if (of('onDisk') >= syncing) return 'the disk: the thread waits for its sync';
  if (1 - of('idle') >= full)
    return of('queued') >= contended ? 'the cores, which all share' : 'a core for each process';
  // Each request needs one connection at a time, so the others wait for one.
  if (connections > pool) return 'the pool';
  if (of('busy') >= 1 && of('syncing') >= of('busy') / 2) return 'the disk: PostgreSQL waits for its sync';
  if (title === 'SQLite' && processes > 1 && of('writes') > 0) return 'the one writer: processes wait for its lock';
  return 'nothing yet';
}
