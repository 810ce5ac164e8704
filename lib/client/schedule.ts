/** When to renew without being asked: ahead of expiry, and again after the server was out of reach. */
import type { Environment, WakeEvent } from './environment.ts';
import type { TokenStore } from './token-store.ts';

export interface Schedule {
  /** From now on, until `stop`, timers run and the page's waking is heard. */
  start(): void;
  stop(): void;
  /** A token came: the next renewal is near its end. */
  afterToken(): void;
  /** Renews now where that is due, or sets the timer anew. */
  check(): void;
  /** No answer came: tries again after a while that grows with every failure, and never before `retryAfterSeconds`. */
  afterFailure(retryAfterSeconds: number): void;
  /** True while the server has asked to be left alone. */
  mustWait(): boolean;
}

const shortestDelayMs = 1000;
const longestBackoffMs = 30_000;

export function createSchedule(env: Environment, store: TokenStore, renew: () => unknown): Schedule {
  let stopListening: (() => void) | null = null;
  let cancelTimer = () => {};
  let failures = 0;
  let notBefore = 0;

  const mustWait = () => env.now() < notBefore;
  const isNeeded = () => store.needsRenewal() || store.state().status === 'unreachable';

  function after(delayMs: number): void {
    cancelTimer();
    if (stopListening) cancelTimer = env.setTimer(fire, delayMs);
  }

  function fire(): void {
    // Nobody looks at a hidden page, so it keeps no session alive; `wake` comes when it is shown.
    if (env.isVisible()) check();
  }

  function wake(event: WakeEvent): void {
    // A page brought back by Back may show a session that has ended since.
    if (event === 'restored') renew();
    else check();
  }

  function check(): void {
    if (mustWait()) after(notBefore - env.now());
    else if (isNeeded()) renew();
    else afterToken();
  }

  function afterToken(): void {
    failures = 0;
    notBefore = 0;
    const held = store.current();
    if (!held) return;
    // Tabs got the token at the same moment; they need not all come back at the same moment.
    const jitterMs = (env.random() * (held.expiresAt - held.renewAt)) / 2;
    after(Math.max(shortestDelayMs, held.renewAt - env.now() + jitterMs));
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
    afterToken,
    check,
    afterFailure(retryAfterSeconds) {
      const longest = Math.min(longestBackoffMs, shortestDelayMs * 2 ** failures);
      failures += 1;
      notBefore = env.now() + retryAfterSeconds * 1000;
      after(Math.max(retryAfterSeconds * 1000, (longest * (1 + env.random())) / 2));
    },
    mustWait,
  };
}
