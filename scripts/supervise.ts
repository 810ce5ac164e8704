/**
 * Runs several worker processes on one port. The supervisor itself answers no request: it starts workers, replaces
 * those that died, and drains them.
 */
import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { logger } from '#lib/server/observability/log.ts';
import { answerScrapes } from '#lib/server/observability/workers.ts';
import { serverEnv } from '#lib/server/runtime/env.ts';

/** Limits how many workers in a row may die before they listen. So many are no accident. */
const bootDeathLimit = 5;
const drainMs = 10_000;

/** Runs `count` workers until SIGTERM or SIGINT. Resolves once all of them listen. */
export function supervise(count: number): Promise<void> {
  const log = logger(serverEnv().LOG_LEVEL);
  const alive = new Set<Worker>();
  const listening = new Set<Worker>();
  const deaths: number[] = [];
  let bootDeaths = 0;
  let isStopping = false;
  cluster.setupPrimary({ exec: fileURLToPath(new URL('worker.ts', import.meta.url)), args: [] });
  answerScrapes();

  function start(): void {
    if (!isStopping) alive.add(cluster.fork({ LATCHKEY_WORKERS: String(count) }));
  }

  /**
   * Closes the port, lets all workers finish what they were given, and ends this process once they are gone. Node gives a
   * disconnected worker no further connection, and sends each message after those that it gave before.
   */
  function stop(exitCode: number): void {
    if (isStopping) return;
    isStopping = true;
    process.exitCode = exitCode;
    if (alive.size === 0) process.exit();
    for (const worker of alive) {
      if (!worker.isConnected()) continue;
      worker.send('stop');
      worker.disconnect();
    }
    setTimeout(() => {
      for (const worker of alive) worker.process.kill('SIGKILL');
    }, drainMs);
  }

  cluster.on('exit', (worker, code, signal) => {
    alive.delete(worker);
    const hasListened = listening.delete(worker);
    if (isStopping) {
      if (alive.size === 0) process.exit();
      return;
    }
    log.error({ pid: worker.process.pid, code, signal }, 'A worker process ended');
    if (!hasListened) bootDeaths += 1;
    if (bootDeaths >= bootDeathLimit) {
      log.error(`${bootDeaths} worker processes in a row ended before they could listen. Giving up.`);
      stop(1);
    } else setTimeout(start, restartDelayMs(deaths));
  });
  process.on('SIGTERM', () => stop(0)).on('SIGINT', () => stop(0));

  for (let index = 0; index < count; index++) start();
  return new Promise((resolve) => {
    cluster.on('listening', (worker) => {
      listening.add(worker);
      log.info({ pid: worker.process.pid }, 'A worker process listens');
      bootDeaths = 0;
      if (listening.size === count) resolve();
    });
  });
}

/**
 * Records a death and returns how long to wait before the replacement, in milliseconds: the more deaths in the last
 * minute, the longer.
 */
function restartDelayMs(deaths: number[]): number {
  const now = Date.now();
  deaths.push(now);
  while ((deaths[0] ?? now) < now - 60_000) deaths.shift();
  return Math.min(10_000, 100 * 2 ** (deaths.length - 1));
}
