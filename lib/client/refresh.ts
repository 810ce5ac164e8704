/**
 * One refresh, and one at a time in this browser. With the lock in hand it first asks for a token that another tab or a
 * navigation may have brought meanwhile. It presents the refresh token only where there is none.
 */
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import type { Environment } from './environment.ts';
import type { SessionCalls } from './session-calls.ts';
import type { Tabs } from './tabs.ts';
import { readClaims, type TokenStore } from './token-store.ts';

export type RefreshOutcome =
  | { kind: 'refreshed' }
  /** The session is over, by the server's word or since this page was told so meanwhile. */
  | { kind: 'over' }
  /** The cookies belong to another session now: this page has to be loaded again. */
  | { kind: 'replaced' }
  | { kind: 'unreachable'; retryAfterSeconds: number };

export interface Refresher {
  /** Brings a newer token into the store and to the other tabs. Never rejects. Call it again only once it has resolved. */
  refresh(): Promise<RefreshOutcome>;
  /** Aborts the refresh under way and lets whoever asked for that have the lock first. The refresh then starts again. */
  stop(): void;
}

export interface RefresherParts {
  env: Environment;
  store: TokenStore;
  tabs: Tabs;
  calls: SessionCalls;
  /** Milliseconds that one request may take, and so the wait of a stopped refresh for the lock. */
  abortMs: number;
}

/** A tab may die with the lock in hand. The lock only saves requests, so nobody waits long for it. */
const lockWaitMs = 2000;
/** A late answer may overwrite newer cookies; asking again mends it. Once is the rule, so this is plenty. */
const refreshRounds = 3;

export function createRefresher({ env, store, tabs, calls, abortMs }: RefresherParts): Refresher {
  let attempt = new AbortController();
  let yieldUntil = 0;

  async function refresh(): Promise<RefreshOutcome> {
    const before = store.token();
    for (;;) {
      attempt = new AbortController();
      const yieldMs = Math.max(0, yieldUntil - env.now());
      const release = await acquireRefreshLock(env, Math.max(lockWaitMs, yieldMs), yieldMs);
      try {
        if (store.isOver()) return { kind: 'over' };
        // Another tab handed its token over while this one waited.
        if (store.token() !== before && !store.isDue()) return { kind: 'refreshed' };
        const outcome = await askServer(attempt.signal);
        if (outcome !== 'stopped') return outcome;
      } finally {
        release();
      }
    }
  }

  async function askServer(signal: AbortSignal): Promise<RefreshOutcome | 'stopped'> {
    const present = await calls.session(signal);
    if (signal.aborted) return 'stopped';
    if (present.kind === 'unreachable') return present;
    if (present.kind === 'token' && sparesRefresh(present.token, store, tabs)) return accept(present.token);
    return presentRefreshToken(signal);
  }

  async function presentRefreshToken(signal: AbortSignal): Promise<RefreshOutcome | 'stopped'> {
    for (let round = 1; ; round += 1) {
      const answer = await calls.refresh(signal);
      if (answer.kind === 'refused') return { kind: 'over' };
      if (signal.aborted) return 'stopped';
      if (answer.kind === 'unreachable') return answer;
      if (isOutdated(answer.token, store, tabs) && round < refreshRounds) continue;
      // Not awaited: whoever waits for the token may use it now, and the lock goes to the next tab.
      void calls.confirm(answer.token);
      return accept(answer.token);
    }
  }

  /** Keeps the token and hands it to the other tabs, unless the page's session ended or changed meanwhile. */
  function accept(token: TokenResponse): RefreshOutcome {
    if (store.isOver()) return { kind: 'over' };
    if (!store.belongsHere(token)) return { kind: 'replaced' };
    store.setToken(token);
    tabs.post({ type: 'refreshed', ...store.claims(), token });
    return { kind: 'refreshed' };
  }

  return {
    refresh,
    stop() {
      yieldUntil = env.now() + abortMs;
      attempt.abort();
    },
  };
}

/** True where the cookies' token makes a refresh needless: this tab has none, or one that is not due, or an older one. */
function sparesRefresh(token: TokenResponse, store: TokenStore, tabs: Tabs): boolean {
  if (isOutdated(token, store, tabs)) return false;
  if (!store.token() || !store.isDue()) return true;
  const { sessionId, generation } = readClaims(token.access_token);
  const held = store.claims();
  return sessionId !== held.sessionId || generation !== held.generation;
}

/** True where this tab or another has had a newer token of that session: a late answer has overwritten the cookies. */
function isOutdated(token: TokenResponse, store: TokenStore, tabs: Tabs): boolean {
  const { sessionId, generation } = readClaims(token.access_token);
  if (sessionId === null || generation === null) return false;
  const held = store.claims();
  const own = held.sessionId === sessionId ? (held.generation ?? -1) : -1;
  return generation < Math.max(own, tabs.newestGeneration(sessionId));
}

const lockName = 'latchkey-refresh';

/**
 * Acquires the lock that all tabs share, or gives up after `waitMs`. Where the browser has no locks, waits `withoutLocksMs`.
 * Returns the function that releases the lock. Hold it around requests of bounded length only. Never rejects.
 */
export function acquireRefreshLock(env: Environment, waitMs: number, withoutLocksMs = 0): Promise<() => void> {
  return new Promise((resolve) => {
    const waiting = new AbortController();
    const cancelTimer = env.setTimer(() => waiting.abort(), waitMs);
    const goOn = (release: () => void) => {
      cancelTimer();
      resolve(release);
    };
    const goOnWithout = () => goOn(() => {});
    env
      .withLock(lockName, waiting.signal, () => new Promise<void>(goOn))
      .catch(() => {
        if (waiting.signal.aborted || withoutLocksMs <= 0) goOnWithout();
        else env.setTimer(goOnWithout, withoutLocksMs);
      });
  });
}
