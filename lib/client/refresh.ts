/**
 * Refreshes the access token, in one tab of this browser at a time. With the refresh lock it first asks for the token
 * that another tab or a navigation may have brought meanwhile, and presents the refresh token only if there is none.
 */
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import type { Environment } from './environment.ts';
import type { Tabs } from './tabs.ts';
import type { TokenCalls } from './token-calls.ts';
import { readClaims, type TokenStore } from './token-store.ts';

export type RefreshOutcome =
  | { kind: 'refreshed' }
  /** The session is over: the server says so, or another tab or call said so meanwhile. */
  | { kind: 'over' }
  /** The cookies belong to another person now: this page has to be loaded again. */
  | { kind: 'replaced' }
  | { kind: 'unreachable'; retryAfterSeconds: number };

export interface Refresher {
  /** Brings a newer token into the store and to the other tabs. Never rejects. Call it again only once it has resolved. */
  refresh(): Promise<RefreshOutcome>;
  /** Aborts the refresh under way, to let a call that changes cookies have the lock. The refresh then starts again. */
  stop(): void;
}

export interface RefresherParts {
  env: Environment;
  store: TokenStore;
  tabs: Tabs;
  calls: TokenCalls;
  /** Milliseconds that one request may take, and therefore that a stopped refresh waits for the lock. */
  abortMs: number;
}

/** Milliseconds that a refresh waits for the lock: it only saves requests, and a tab that has it may be frozen. */
const lockWaitMs = 2000;
/** Limits the refreshes in a row. A late answer may overwrite newer cookies; one more refresh almost always mends that. */
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
    const current = await calls.session(signal);
    if (signal.aborted) return 'stopped';
    if (current.kind === 'unreachable') return current;
    if (current.kind === 'token' && sparesRefresh(current.token, store, tabs)) return accept(current.token);
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

  /**
   * Keeps the token and hands it to the other tabs, unless the page's session ended or another person signed in meanwhile. A
   * token of another session of the page's person is as good: a step-up of which this tab missed the message, or lost the answer.
   */
  function accept(token: TokenResponse): RefreshOutcome {
    if (store.isOver()) return { kind: 'over' };
    if (!store.belongsHere(token)) return { kind: 'replaced' };
    store.setToken(token);
    tabs.post({ type: 'renewed', ...store.claims(), token });
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

/** Tells whether the page session's token makes a refresh needless: this tab has none, an older one, or one not due. */
function sparesRefresh(token: TokenResponse, store: TokenStore, tabs: Tabs): boolean {
  if (isOutdated(token, store, tabs)) return false;
  if (!store.token() || !store.isDue()) return true;
  const { sessionId, generation } = readClaims(token.access_token);
  const held = store.claims();
  return sessionId !== held.sessionId || generation !== held.generation;
}

/** Tells whether any tab has had a newer token of that session. Then a late answer has overwritten the cookies. */
function isOutdated(token: TokenResponse, store: TokenStore, tabs: Tabs): boolean {
  const { sessionId, generation } = readClaims(token.access_token);
  if (sessionId === null || generation === null) return false;
  const held = store.claims();
  const own = held.sessionId === sessionId ? (held.generation ?? -1) : -1;
  return generation < Math.max(own, tabs.newestGeneration(sessionId));
}

const lockName = 'latchkey-refresh';

/**
 * Acquires the refresh lock, which all tabs share, or gives up after `waitMs`. In a browser without locks, waits
 * `withoutLocksMs`. Returns the function that releases the lock. Keep it for requests of bounded length only. Never
 * rejects.
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
