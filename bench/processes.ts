/** Starts built servers, each on its own copy of the database, and ends them. */
import { spawn } from 'node:child_process';
import { copyFileSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { testEnvironment } from '../tests/support/environment.ts';
import { freePort } from '../tests/support/server.ts';
import type { Dialect } from './drive/talk.ts';
import { pinned } from './machine.ts';
import type { Seed } from './seed.ts';
import { type ServerId, servers } from './servers.ts';

export interface Running {
  id: ServerId;
  dialect: Dialect;
  base: string;
  pid: number;
  /** Path of its copy of the SQLite file. */
  file: string;
  /** Milliseconds from the start of its process to the first page that it answered. */
  startMs: number;
  stop(): Promise<void>;
}

export interface StartOptions {
  seed: Seed;
  env?: Record<string, string>;
  /** Lets the server use the driver's core as well: for work that it spreads over threads or processes. */
  onAllCores?: boolean;
}

/**
 * Settings of all servers. Every token and cached cookie lasts an hour, so that no round pays for a renewal that
 * another does not.
 */
const settings = { ACCESS_TTL_SECONDS: '3600', LOG_LEVEL: 'info', NEXT_TELEMETRY_DISABLED: '1' };
const startSeconds = 60;

/** Starts a server. Resolves once it has answered a page. */
export async function start(id: ServerId, { seed, env, onAllCores = false }: StartOptions): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), `latchkey-bench-${id}-`));
  const file = join(folder, 'bench.db');
  copyFileSync(seed.file, file);
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const { command, cwd, dialect, env: own } = servers[id];
  const [program = '', ...words] = onAllCores ? command(port) : pinned('server', command(port));
  const begun = performance.now();
  const child = spawn(program, words, {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      ...testEnvironment({
        PORT: String(port),
        APP_URL: base,
        DATABASE_URL: `file:${file}`,
        BCRYPT_COST: String(seed.cost),
        ...settings,
      }),
      NODE_ENV: 'production',
      ...own,
      ...env,
    },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  while (!(await answers(base))) {
    if (hasEnded || performance.now() > begun + startSeconds * 1000) throw new Error(`${id} did not start.`);
    await delay(5);
  }
  const startMs = performance.now() - begun;
  if (hasEnded) throw new Error(`${id} could not have its port.`);
  return {
    id,
    dialect,
    base,
    pid: child.pid ?? 0,
    file,
    startMs,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Tells whether the server answers. The peers have no page at this path, but answer that with a page. */
async function answers(base: string): Promise<boolean> {
  try {
    const response = await fetch(`${base}/login`);
    await response.text();
    return response.status < 500;
  } catch {
    return false;
  }
}

/** Returns the resident memory of a process and its children, in MB, as the system counts it. */
export function residentMb(pid: number): number {
  return sumOfFamily(pid, (one) => Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${one}/status`))?.[1] ?? 0) / 1024);
}

/** Returns the processor time that a process and its children have used so far on all threads, in seconds. */
export function cpuSeconds(pid: number): number {
  // The second field is a name in brackets, which may have spaces; ticks are hundredths of a second on Linux.
  const fields = (one: number) => read(`/proc/${one}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return sumOfFamily(pid, (one) => (Number(fields(one)[11] ?? 0) + Number(fields(one)[12] ?? 0)) / 100);
}

function sumOfFamily(pid: number, of: (pid: number) => number): number {
  return childrenOf(pid).reduce((sum, child) => sum + sumOfFamily(child, of), of(pid));
}

/** Returns the processes that a process has started and that run still. */
export function childrenOf(pid: number): number[] {
  const lists = globSync(`/proc/${pid}/task/*/children`).flatMap((file) => read(file).trim().split(' '));
  return lists.filter(Boolean).map(Number);
}

/** Returns the text of a file of the system, or none if its process has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
