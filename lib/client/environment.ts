/** Everything that lib/client takes from the browser, in one object, so that tests can stand in for it. */

/** Why the client should look after its session now: the page is seen again, online again, or came back by Back. */
export type WakeEvent = 'visible' | 'online' | 'restored';

interface Channel {
  post(message: unknown): void;
  close(): void;
}

export interface Environment {
  /** `https://host[:port]`; tokens are sent there and nowhere else. */
  readonly origin: string;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Milliseconds on a clock that nobody can set. */
  now(): number;
  /** From 0 to 1. */
  random(): number;
  /** Returns what cancels it. */
  setTimer(run: () => void, delayMs: number): () => void;
  isVisible(): boolean;
  /** Returns what takes the listener off. */
  onWake(listener: (event: WakeEvent) => void): () => void;
  /** Runs `hold` when the lock is ours and keeps it until that settles; rejects when aborted first or there are no locks. */
  withLock(name: string, signal: AbortSignal, hold: () => Promise<void>): Promise<void>;
  /** Null where the browser has no such thing. */
  openChannel(name: string, receive: (message: unknown) => void): Channel | null;
}

const longestTimerMs = 2 ** 31 - 1;

/** The page's own. It touches no global before it is used, so it can be made while rendering on the server. */
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
    onWake: listenToPage,
    async withLock(name, signal, hold) {
      await navigator.locks.request(name, { signal }, hold);
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
