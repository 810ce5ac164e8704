import 'server-only';
import cluster from 'node:cluster';
import { Counter, collectDefaultMetrics, Gauge, Registry, register } from 'prom-client';
import { AppError } from '#lib/core/errors.ts';
import { retryAfterSeconds } from '#lib/core/policy.ts';
import type { Decision } from '#lib/core/sessions/rotation.ts';
import { shareRegistries, sumOfWorkers } from './workers.ts';

type SignInOutcome = 'signed_in' | 'refused';

export interface Metrics {
  signIn(outcome: SignInOutcome): void;
  /** By what the rotation decided. */
  refresh(decision: Decision): void;
  /** Prometheus text: of all workers together, and of the database. Throws `temporarily_unavailable` when a worker is silent. */
  scrape(): Promise<string>;
  readonly contentType: string;
}

/** How the outcomes are called outside: as in docs/token-lifecycle.md. */
const refreshOutcomes: Record<Decision, string> = {
  rotate: 'rotated',
  replay: 'repeated',
  replace: 'replaced',
  reuse: 'reuse',
  ended: 'ended',
  forged: 'forged',
  ahead: 'rollback',
};

/** How long a count of the database is believed: scraping more often asks no more often. */
const countSeconds = 30;

/** Counts what this process does. `liveSessions` asks the database, which is the same for every process. */
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
      // A database that is away must not hide everything else.
      this.set(await liveSessions().catch(() => Number.NaN));
    },
  });
  return registry;
}
