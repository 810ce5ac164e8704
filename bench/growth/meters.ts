/** Measures what the processes of an app, its database and the disk do for a while. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { cpuSeconds } from '../processes.ts';

export interface Watched {
  /** Processes that serve. What they do is measured on their main threads. */
  workers: number[];
  /** Folder on the disk that the database writes to. */
  folder: string;
  /** SQLite file, if the database is one. */
  file?: string;
  postgres?: WatchedPostgres;
}

export interface WatchedPostgres {
  /** Its first process. */
  pid: number;
  /** A connection for questions about the others. */
  client: pg.Client;
}

export type Usage = {
  /** Cores that the workers used, on all threads. */
  appCores: number;
  /** Shares of its time in which a main thread ran, waited for a core, waited for the disk, and had nothing to do. */
  running: number;
  queued: number;
  onDisk: number;
  idle: number;
  /** Cores that PostgreSQL used. */
  postgresCores: number;
  /** Connections that were in a statement at a moment, and of these the ones that waited for the log to reach the disk. */
  busy: number;
  syncing: number;
  /** Number of times that the disk was told to keep what it has. Other programs' count, too. */
  syncs: number;
  /** Transactions that SQLite committed. */
  commits: number;
  seconds: number;
};

const sampleMs = 5;
const askMs = 40;

/** Begins to measure. Returns the function that ends it and returns the usage. */
export function meter(watched: Watched): () => Usage {
  const { workers, postgres } = watched;
  let samples = 0;
  let sleeping = 0;
  const sampler = setInterval(() => {
    samples += workers.length;
    sleeping += workers.filter((pid) => stateOf(pid) === 'D').length;
  }, sampleMs);
  const asking = postgres && ask(postgres.client);
  const before = counters(watched);
  return () => {
    const after = counters(watched);
    clearInterval(sampler);
    const connections = asking?.() ?? { busy: Number.NaN, syncing: Number.NaN };
    const since = (name: keyof typeof after) => after[name] - before[name];
    const seconds = since('at') / 1000;
    const perThread = (nanoseconds: number) => nanoseconds / 1e9 / seconds / workers.length;
    const [running, queued] = [perThread(since('ran')), perThread(since('waited'))];
    const onDisk = sleeping / Math.max(1, samples);
    return {
      appCores: since('app') / seconds,
      running,
      queued,
      onDisk,
      idle: Math.max(0, 1 - running - queued - onDisk),
      postgresCores: since('postgres') / seconds,
      ...connections,
      syncs: since('syncs'),
      commits: since('commits'),
      seconds,
    };
  };
}

function counters({ workers, folder, file, postgres }: Watched) {
  const sum = (of: (pid: number) => number) => workers.reduce((all, pid) => all + of(pid), 0);
  return {
    at: performance.now(),
    app: sum(cpuSeconds),
    ran: sum((pid) => schedule(pid)[0] ?? Number.NaN),
    waited: sum((pid) => schedule(pid)[1] ?? Number.NaN),
    postgres: postgres ? cpuSeconds(postgres.pid) : Number.NaN,
    syncs: flushes(folder),
    commits: file ? commits(file) : Number.NaN,
  };
}

/** Returns how long a process's main thread ran and waited for a core so far, in nanoseconds. */
function schedule(pid: number): number[] {
  return readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ').map(Number);
}

/** Returns the state of a process's main thread: `D` while it waits for the disk. */
function stateOf(pid: number): string | undefined {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.[0];
}

/** Returns how many flushes the disk below a folder has done so far, or NaN if the system does not count them. */
function flushes(folder: string): number {
  const { dev } = statSync(folder);
  const [major, minor] = [(dev >> 8) & 0xfff, (dev & 0xff) | ((dev >> 12) & 0xfff00)];
  const counted = `/sys/dev/block/${major}:${minor}/stat`;
  if (!existsSync(counted)) return Number.NaN;
  return Number(readFileSync(counted, 'utf8').trim().split(/\s+/)[15]);
}

/** Returns SQLite's own count of the transactions in its WAL: the third number of the WAL's index. */
function commits(file: string): number {
  return readFileSync(`${file}-shm`).readUInt32LE(8);
}

/** Asks PostgreSQL again and again what its connections do. Returns the function that ends it and returns the means. */
function ask(client: pg.Client): () => { busy: number; syncing: number } {
  const seen: { busy: number; syncing: number }[] = [];
  let isOver = false;
  const question = `SELECT count(*) FILTER (WHERE state <> 'idle')::int AS busy,
    count(*) FILTER (WHERE state <> 'idle' AND wait_event ILIKE ANY ('{WalSync,WALWrite}'))::int AS syncing
    FROM pg_stat_activity WHERE application_name = 'latchkey'`;
  async function repeat(): Promise<void> {
    while (!isOver) {
      seen.push(...(await client.query<{ busy: number; syncing: number }>(question)).rows);
      await delay(askMs);
    }
  }
  let failure: unknown;
  repeat().catch((error: unknown) => {
    failure = error;
  });
  return () => {
    isOver = true;
    if (failure) throw failure;
    const mean = (name: 'busy' | 'syncing') => seen.reduce((sum, one) => sum + one[name], 0) / seen.length;
    return { busy: mean('busy'), syncing: mean('syncing') };
  };
}
