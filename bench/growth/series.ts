/** A load in steps, on more and more connections, and what was measured at each. */
import { median } from '../report/ratios.ts';
import { alternate, type Contender } from '../rounds.ts';
import type { Usage, WatchedPostgres } from './meters.ts';

/** A database to saturate, and how long to measure it. */
export interface Plan {
  title: string;
  /** Folder on the disk that the database writes to. */
  folder: string;
  /** How to reach and to watch PostgreSQL, if it is that. */
  postgres?: WatchedPostgres & { url: string };
  rounds: number;
  /** Seconds of one measurement. */
  seconds: number;
}

export type Measures = Usage & {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Cores that the driver used. */
  driverCores: number;
  /** Rows that the requests wrote. */
  writes: number;
};

/** A kind of work on a number of connections. */
export interface Load extends Contender {
  work: string;
  connections: number;
  measure(): Promise<Measures>;
}

export interface Step {
  connections: number;
  /** Returns the median of the rounds. */
  of(measure: keyof Measures): number;
}

/** Who was asked: the whole app by HTTP, or its store, in processes that do nothing else. */
export interface Asked {
  asked: 'app' | 'store';
  title: string;
  /** Number of workers, or of such processes. */
  processes: number;
  /** Number of PostgreSQL connections that all of them may open; NaN on SQLite. */
  pool: number;
}

export interface Series extends Asked {
  work: string;
  steps: Step[];
}

/** Measures all loads in alternating rounds. Returns a series for each kind of work. */
export async function measureSeries(asked: Asked, loads: Load[], rounds: number): Promise<Series[]> {
  const measured = await alternate(loads, rounds);
  const works = new Set(loads.map(({ work }) => work));
  return [...works].map((work) => ({
    ...asked,
    work,
    steps: loads
      .filter((load) => load.work === work)
      .map(({ name, connections }) => ({ connections, of: (metric) => median(measured, { who: name, metric }) })),
  }));
}
