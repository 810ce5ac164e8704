import 'server-only';
import cluster from 'node:cluster';
import { Counter, collectDefaultMetrics, Gauge, Registry, register } from 'prom-client';
import { type MailStore, mailStates } from '#db/store/mails.ts';
import { AppError } from '#lib/core/errors.ts';
import { retryAfterSeconds } from '#lib/core/policy.ts';
import type { Decision } from '#lib/core/sessions/rotation.ts';
import { shareRegistries, sumOfWorkers } from './workers.ts';

type SignInOutcome = 'signed_in' | 'refused';
/** Says how a way to a provider and back ended. */
type ProviderOutcome = 'signed_in' | 'signed_up' | 'linked' | 'confirmed' | 'held' | 'refused' | 'away';

export interface Metrics {
  /** Counts a sign-in: with a password or a passkey, and with a provider once it makes a session. */
  signIn(outcome: SignInOutcome): void;
  /** Counts the end of a way to a provider, by its id in the settings. */
  provider(id: string, outcome: ProviderOutcome): void;
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

interface DatabaseSources {
  /** Counts the living sessions. */
  liveSessions: () => Promise<number>;
  mails: MailStore['countMails'];
  clock: () => Date;
}

/** Makes this process's metrics. `waiting` counts its queued passwords; the other sources ask the database. */
export function metrics(sources: { waiting: () => number } & DatabaseSources): Metrics {
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
  const providers = new Counter({
    name: 'latchkey_provider_total',
    help: 'Ways to a provider and back, by how they ended',
    labelNames: ['provider', 'outcome'],
    registers,
  });
  const signIns = counter(
    'latchkey_sign_ins_total',
    'Sign-ins in any way, by outcome; what a provider refuses is not among them',
  );
  const refreshes = counter('latchkey_refreshes_total', 'Refresh tokens presented, by outcome');
  const ofDatabase = databaseRegistry(sources);
  const ofProcess = [register, registry];
  shareRegistries(ofProcess);
  return {
    signIn: (outcome) => signIns.inc({ outcome }),
    provider: (id, outcome) => providers.inc({ provider: id, outcome }),
    refresh: (decision) => refreshes.inc({ outcome: refreshOutcomes[decision] }),
    async scrape() {
      const processes = cluster.isWorker ? await sumOfWorkers() : await Registry.merge(ofProcess).metrics();
      if (processes === null) throw new AppError('temporarily_unavailable', { retryAfterSeconds });
      return `${processes}\n${await ofDatabase.metrics()}`;
    },
    contentType: registry.contentType,
  };
}

function databaseRegistry({ liveSessions, mails, clock }: DatabaseSources): Registry {
  const registry = new Registry();
  const registers = [registry];
  const sessions = reused(liveSessions);
  new Gauge({
    name: 'latchkey_sessions',
    help: 'Sessions that are alive',
    registers,
    async collect() {
      this.set((await sessions()) ?? Number.NaN);
    },
  });
  const outbox = reused(mails);
  new Gauge({
    name: 'latchkey_mails',
    help: 'Mails in the outbox, by state',
    labelNames: ['state'],
    registers,
    async collect() {
      const counted = await outbox();
      for (const state of mailStates) this.set({ state }, counted?.counts[state] ?? Number.NaN);
    },
  });
  new Gauge({
    name: 'latchkey_mails_oldest_seconds',
    help: 'Age of the oldest mail that waits to be sent, 0 if none does',
    registers,
    async collect() {
      const counted = await outbox();
      const from = counted?.oldest?.getTime() ?? clock().getTime();
      this.set(counted ? Math.max(0, (clock().getTime() - from) / 1000) : Number.NaN);
    },
  });
  return registry;
}

/**
 * Makes a count that asks the database at most every `countSeconds`. It resolves with null while the database cannot be
 * reached, which must not hide all other metrics.
 */
function reused<T>(count: () => Promise<T>): () => Promise<T | null> {
  let countedAt = Number.NEGATIVE_INFINITY;
  let counted: Promise<T | null> = Promise.resolve(null);
  return () => {
    if (performance.now() - countedAt >= countSeconds * 1000) {
      countedAt = performance.now();
      counted = count().catch(() => null);
    }
    return counted;
  };
}
