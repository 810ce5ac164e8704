/**
 * The client's half of the rotation: one renewal at a time per tab, and per browser where locks work. Under the lock it
 * first asks for the token that another tab, or a navigation, may have brought meanwhile, and trades the cookie only if
 * there is none.
 */
import type { Tabs } from './cross-tab.ts';
import type { Environment } from './environment.ts';
import { createIntake } from './intake.ts';
import { acquireLock } from './refresh-lock.ts';
import type { SessionCalls } from './session-calls.ts';
import type { TokenStore } from './token-store.ts';

export type RenewalOutcome =
  | { kind: 'renewed' }
  /** The server said so. */
  | { kind: 'over' }
  /** The cookies belong to another session now: this page has to be loaded again. */
  | { kind: 'replaced' }
  | { kind: 'unreachable'; retryAfterSeconds: number };

export interface Renewal {
  /** Joins the renewal under way, or starts one. Never rejects. */
  renew(): Promise<RenewalOutcome>;
  /** Aborts the one under way and lets whoever asked for that have the lock first. It then starts again. */
  stop(): void;
}

export interface RenewalParts {
  env: Environment;
  store: TokenStore;
  tabs: Tabs;
  calls: SessionCalls;
  /** How long one request may take, and so how long a stopped renewal waits for the lock. */
  abortMs: number;
  /** True once the session is known to be over, by whatever way. */
  isOver(): boolean;
  /** Called once for each renewal, before anyone who waits for it goes on. */
  onSettled(outcome: RenewalOutcome): void;
}

const lockWaitMs = 2000;
/** A late answer may overwrite a newer cookie; asking again mends it. Once is the rule, so this is plenty. */
const refreshRounds = 3;

export function createRenewal({ env, store, tabs, calls, abortMs, isOver, onSettled }: RenewalParts): Renewal {
  const { isBehind, isNews, settle } = createIntake(store, tabs, isOver);
  let underWay: Promise<RenewalOutcome> | null = null;
  let attempt = new AbortController();
  let quietUntil = 0;

  async function run(): Promise<RenewalOutcome> {
    const before = store.current();
    for (;;) {
      attempt = new AbortController();
      const { signal } = attempt;
      const quietMs = Math.max(0, quietUntil - env.now());
      const release = await acquireLock(env, { waitMs: Math.max(lockWaitMs, quietMs), withoutLocksMs: quietMs });
      try {
        if (isOver()) return { kind: 'over' };
        // Another tab handed its token over while this one waited.
        if (store.current() !== before && !store.needsRenewal()) return { kind: 'renewed' };
        const outcome = await ask(signal);
        if (outcome !== 'stopped') return outcome;
      } finally {
        release();
      }
    }
  }

  async function ask(signal: AbortSignal): Promise<RenewalOutcome | 'stopped'> {
    const present = await calls.session(signal);
    if (signal.aborted) return 'stopped';
    if (present.kind === 'unreachable') return present;
    return present.kind === 'token' && isNews(present.token) ? settle(present.token) : refresh(signal);
  }

  async function refresh(signal: AbortSignal): Promise<RenewalOutcome | 'stopped'> {
    for (let round = 1; ; round += 1) {
      const answer = await calls.refresh(signal);
      if (answer.kind === 'refused') return { kind: 'over' };
      if (signal.aborted) return 'stopped';
      if (answer.kind === 'unreachable') return answer;
      if (isBehind(answer.token) && round < refreshRounds) continue;
      // Not awaited: whoever waits for the token may use it now, and the lock goes to the next tab.
      void calls.confirm(answer.token);
      return settle(answer.token);
    }
  }

  return {
    renew() {
      underWay ??= run().then((outcome) => {
        underWay = null;
        onSettled(outcome);
        return outcome;
      });
      return underWay;
    },
    stop() {
      quietUntil = env.now() + abortMs;
      attempt.abort();
    },
  };
}
