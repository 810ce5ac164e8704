/** Keeps this page's session alive: decides when to refresh, and acts on the outcome and on messages of other tabs. */
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import type { Environment, WakeEvent } from './environment.ts';
import { createRefresher, type RefreshOutcome } from './refresh.ts';
import type { TabMessage, Tabs } from './tabs.ts';
import { createTokenCalls } from './token-calls.ts';
import { type Claims, readClaims, type TokenStore } from './token-store.ts';

type RenewedMessage = Extract<TabMessage, { type: 'renewed' }>;

/** The session of this page is over, or another one has begun in this browser. */
export type SessionChange = 'signed-out' | 'signed-in';

export interface SessionKeeper {
  /**
   * Refreshes now, or joins the refresh under way. While a pause that the server asked for lasts, makes no request and
   * returns `unreachable`. Never rejects.
   */
  refresh(): Promise<RefreshOutcome>;
  /** Refreshes if that is due, and else sets the timer for when it will be. */
  refreshIfDue(): void;
  /** Takes a token that a sign-in or another tab brought, and plans its refresh. */
  take(token: TokenResponse): void;
  /** Aborts the refresh under way, to let a call that changes cookies have the lock. The refresh then starts again. */
  stopRefresh(): void;
  /** Acts on a message of another tab. */
  receive(message: TabMessage): void;
  /** Lets the timer run and listens for the page's wake events, until `stop`. */
  start(): void;
  stop(): void;
}

export interface SessionKeeperParts {
  env: Environment;
  store: TokenStore;
  tabs: Tabs;
  /** Milliseconds that one request of a refresh may take. */
  abortMs: number;
  onSessionChange(change: SessionChange): void;
}

export function createSessionKeeper({ env, store, tabs, abortMs, onSessionChange }: SessionKeeperParts): SessionKeeper {
  const refresher = createRefresher({ env, store, tabs, abortMs, calls: createTokenCalls(env, abortMs) });
  const timer = createRefreshTimer(env, store, refresh);
  let underWay: Promise<RefreshOutcome> | null = null;

  async function refresh(): Promise<RefreshOutcome> {
    if (store.isOver()) return { kind: 'over' };
    if (timer.isPaused()) return { kind: 'unreachable', retryAfterSeconds: 0 };
    underWay ??= refresher.refresh().then(actOn);
    return underWay;
  }

  /** Acts on an outcome before anyone who waits for it goes on. */
  function actOn(outcome: RefreshOutcome): RefreshOutcome {
    underWay = null;
    if (store.isOver()) return outcome;
    if (outcome.kind === 'refreshed') {
      timer.planRefresh();
    } else if (outcome.kind === 'unreachable') {
      store.markUnreachable();
      timer.planRetry(outcome.retryAfterSeconds);
    } else if (outcome.kind === 'replaced') {
      endSession('signed-in');
    } else if (outcome.kind === 'over') {
      tabs.post({ type: 'signed-out', ...store.claims() });
      endSession('signed-out');
    }
    return outcome;
  }

  function take(token: TokenResponse): void {
    store.setToken(token);
    timer.planRefresh();
  }

  function receive(message: TabMessage): void {
    const own = store.claims();
    const isOurs = own.sessionId !== null && own.sessionId === message.sessionId;
    if (message.type === 'stop') refresher.stop();
    else if (message.type === 'renewed' && isForThisTab(message, own) && store.belongsHere(message.token))
      take(message.token);
    else if (message.type === 'signed-in' && !isOurs) endSession('signed-in');
    else if (message.type === 'signed-out' && isOurs) endSession('signed-out');
    // One of the two tabs does not know its session's id; the server does.
    else if (message.type === 'signed-out' && (own.sessionId === null || message.sessionId === null)) void refresh();
  }

  /** Ends the session of this page, once. Tells the page, unless nobody was signed in here and nobody is now. */
  function endSession(change: SessionChange): void {
    if (store.isReplaced()) return;
    const wasSignedIn = store.user() !== null;
    if (change === 'signed-in') store.markReplaced();
    else store.markSignedOut();
    if (wasSignedIn || change === 'signed-in') onSessionChange(change);
  }

  return { ...timer, refresh, take, stopRefresh: refresher.stop, receive };
}

/** Tells whether a token is a newer one of a tab's own session, or of the one that has taken its place. */
function isForThisTab({ token, sessionId, generation, replaces }: RenewedMessage, own: Claims): boolean {
  if (own.sessionId === null || readClaims(token.access_token).sessionId !== sessionId) return false;
  if (sessionId !== own.sessionId) return replaces === own.sessionId;
  return generation !== null && own.generation !== null && generation > own.generation;
}

interface RefreshTimer extends Pick<SessionKeeper, 'start' | 'stop' | 'refreshIfDue'> {
  /** Forgets earlier failures, and sets the timer for shortly before the held token's end. */
  planRefresh(): void;
  /** Sets the timer after a failure: for at most 1 s, doubling up to 30 s, and never less than the server asked for. */
  planRetry(retryAfterSeconds: number): void;
  /** Tells whether a pause that the server asked for by `Retry-After` still lasts. */
  isPaused(): boolean;
}

const shortestDelayMs = 1000;
const longestRetryMs = 30_000;

/** Calls `refresh` when that is due: near the token's end, after a failure, and when the page wakes. */
function createRefreshTimer(env: Environment, store: TokenStore, refresh: () => unknown): RefreshTimer {
  let stopListening: (() => void) | null = null;
  let cancelTimer = () => {};
  let failures = 0;
  let pausedUntil = 0;

  const isPaused = () => env.now() < pausedUntil;

  function set(delayMs: number): void {
    cancelTimer();
    if (!stopListening) return;
    // Nobody looks at a hidden page, so it keeps no session alive; it wakes when it is shown.
    cancelTimer = env.setTimer(() => env.isVisible() && refreshIfDue(), delayMs);
  }

  function refreshIfDue(): void {
    if (isPaused()) set(pausedUntil - env.now());
    else if (store.isDue() || store.state().status === 'unreachable') refresh();
    else planRefresh();
  }

  function planRefresh(): void {
    failures = 0;
    pausedUntil = 0;
    const token = store.token();
    if (!token) return;
    // Tabs got the token at the same moment; they need not all come back at the same moment.
    const jitterMs = (env.random() * (token.expiresAt - token.refreshAt)) / 2;
    set(Math.max(shortestDelayMs, token.refreshAt - env.now() + jitterMs));
  }

  function planRetry(retryAfterSeconds: number): void {
    const longestMs = Math.min(longestRetryMs, shortestDelayMs * 2 ** failures);
    failures += 1;
    pausedUntil = env.now() + retryAfterSeconds * 1000;
    set(Math.max(retryAfterSeconds * 1000, (longestMs * (1 + env.random())) / 2));
  }

  function wake(event: WakeEvent): void {
    // A page brought back by Back may show a session that has ended since.
    if (event === 'restored') refresh();
    else refreshIfDue();
  }

  return {
    start() {
      stopListening ??= env.onWake(wake);
    },
    stop() {
      cancelTimer();
      stopListening?.();
      stopListening = null;
    },
    refreshIfDue,
    planRefresh,
    planRetry,
    isPaused,
  };
}
