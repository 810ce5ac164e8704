import 'server-only';
import cluster from 'node:cluster';
import { Counter, collectDefaultMetrics, Gauge, Registry, register } from 'prom-client';
import { AppError } from '#lib/core/errors.ts';
import { retryAfterSeconds } from '#lib/core/policy.ts';
import type { Decision } from '#lib/core/sessions/rotation.ts';
import { shareRegistries, sumOfWorkers } from './workers.ts';

type SignInOutcome = 'signed_in' | 'refused';

export interface Metrics {
  /** Counts a sign-in with a password. */
  signIn(outcome: SignInOutcome): void;
  /** Counts a presented refresh token by what the rotation decided. */
  refresh(decision: Decision): void;
  /**
   * Returns the metrics of all workers together and of the database, in Prometheus's text format. Throws
   * `temporarily_unavailable` when a worker gives no answer.
   */
  scrape(): Promise<string>;
  readonly contentType: string;
}

/** Maps each decision of docs/token-lifecycle.md to its `outcome` label. */
const refreshOutcomes: Record<Decision, string> = {
  rotate: 'rotated',
  replay: 'repeated',
  replace: 'replaced',
  reuse: 'reuse',
  ended: 'ended',
  forged: 'forged',
  ahead: 'rollback',
};

/** Seconds that a count from the database is reused, so that frequent scrapes do not query it each time. */
const countSeconds = 30;

/**
 * Makes this process's metrics. `waiting` counts its queued passwords, `liveSessions` the database's living sessions.
 */
export function metrics(sources: { waiting: () => number; liveSessions: () => Promise<number> }): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  new Gauge({
    name: 'latchkey_hash_queue',
    help: 'Passwords waiting for a hashing thread',
    registers,
    collect() {
      this.set(sources.waiting());
    },
  });
  const counter = (name: string, help: string) => new Counter({ name, help, labelNames: ['outcome'], registers });
  const signIns = counter('latchkey_sign_ins_total', 'Password sign-ins by outcome');
  const refreshes = counter('latchkey_refreshes_total', 'Refresh tokens presented, by outcome');
  const ofDatabase = databaseRegistry(sources.liveSessions);
  const ofProcess = [register, registry];
  shareRegistries(ofProcess);
  return {
    signIn: (outcome) => signIns.inc({ outcome }),
    refresh: (decision) => refreshes.inc({ outcome: refreshOutcomes[decision] }),
    async scrape() {
      const processes = cluster.isWorker ? await sumOfWorkers() : await Registry.merge(ofProcess).metrics();
      if (processes === null) throw new AppError('temporarily_unavailable', { retryAfterSeconds });
      return `${processes}\n${await ofDatabase.metrics()}`;
    },
    contentType: registry.contentType,
  };
}

function databaseRegistry(liveSessions: () => Promise<number>): Registry {
  const registry = new Registry();
  let countedAt = Number.NEGATIVE_INFINITY;
  new Gauge({
    name: 'latchkey_sessions',
    help: 'Sessions that are alive',
    registers: [registry],
    async collect() {
      if (performance.now() - countedAt < countSeconds * 1000) return;
      countedAt = performance.now();
      // An unreachable database must not hide all other metrics.
      this.set(await liveSessions().catch(() => Number.NaN));
    },
  });
  return registry;
}
