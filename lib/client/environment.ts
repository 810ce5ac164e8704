/** Gathers what lib/client needs from the browser in one object, which tests can replace. */

/** Reasons to look after the session at once: the page is shown again, is online again, or was brought back by Back. */
export type WakeEvent = 'visible' | 'online' | 'restored';

interface Channel {
  post(message: unknown): void;
  close(): void;
}

export interface Environment {
  /** `https://host[:port]`; tokens are sent there and nowhere else. */
  readonly origin: string;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Returns the time in milliseconds on a monotonic clock, which nobody can set. */
  now(): number;
  /** Returns a number from 0 to 1. */
  random(): number;
  /** Returns the function that cancels the timer. */
  setTimer(run: () => void, delayMs: number): () => void;
  isVisible(): boolean;
  /** Returns false where the browser says that it keeps no cookies for this site. Some keep none and do not say so. */
  keepsCookies(): boolean;
  /** Returns the function that removes the listener. */
  onWake(listener: (event: WakeEvent) => void): () => void;
  /**
   * Waits for the lock, runs `whileLocked`, and releases the lock when that settles. Rejects when `signal` aborts
   * before the lock is granted, and in browsers without locks.
   */
  withLock(name: string, signal: AbortSignal, whileLocked: () => Promise<void>): Promise<void>;
  /** Opens a channel to the other tabs of this origin. Returns null where the browser has none. */
  openChannel(name: string, receive: (message: unknown) => void): Channel | null;
}

const longestTimerMs = 2 ** 31 - 1;

/**
 * Makes the environment of this page. Touches no global of the browser before it is used, so it can be made while the
 * server renders.
 */
export function browserEnvironment(): Environment {
  return {
    get origin() {
      return location.origin;
    },
    fetch: (url, init) => fetch(url, init),
    now: () => performance.now(),
    random: () => Math.random(),
    setTimer(run, delayMs) {
      const timer = setTimeout(run, Math.min(delayMs, longestTimerMs));
      return () => clearTimeout(timer);
    },
    isVisible: () => document.visibilityState === 'visible',
    keepsCookies: () => navigator.cookieEnabled !== false,
    onWake: listenToPage,
    async withLock(name, signal, whileLocked) {
      await navigator.locks.request(name, { signal }, whileLocked);
    },
    openChannel(name, receive) {
      if (typeof BroadcastChannel === 'undefined') return null;
      const channel = new BroadcastChannel(name);
      channel.onmessage = (event: MessageEvent<unknown>) => receive(event.data);
      return { post: (message) => channel.postMessage(message), close: () => channel.close() };
    },
  };
}

function listenToPage(listener: (event: WakeEvent) => void): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && listener('visible'), {
    signal,
  });
  window.addEventListener('online', () => listener('online'), { signal });
  window.addEventListener('pageshow', (event) => event.persisted && listener('restored'), { signal });
  return () => controller.abort();
}
