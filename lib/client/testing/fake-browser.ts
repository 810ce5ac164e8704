/** A browser with tabs, a lock manager, channels, one cookie jar and a clock that moves when it is told to. */
import { type AuthClient, type AuthClientOptions, createAuthClient } from '#lib/client/auth-client.ts';
import type { Environment, WakeEvent } from '#lib/client/environment.ts';
import { type Cookies, createFakeServer } from './fake-server.ts';

export interface Tab {
  client: AuthClient;
  env: Environment;
  /** What `onSessionChange` was called with. */
  changes: string[];
  wake(event: WakeEvent): void;
  setVisible(visible: boolean): void;
}

/** Lets everything that waits for nothing but its turn go on. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Makes a gate to wait at until the test opens it. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

function createClock() {
  let time = 1000;
  const timers = new Set<{ at: number; run: () => void }>();
  return {
    now: () => time,
    setTimer(run: () => void, delayMs: number) {
      const timer = { at: time + delayMs, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms: number): Promise<void> {
      const end = time + ms;
      await turns();
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        time = Math.max(time, next.at);
        next.run();
        await turns();
      }
      time = end;
      await turns();
    },
  };
}

function createLocks() {
  let tail: Promise<unknown> = Promise.resolve();
  return function withLock(_name: string, signal: AbortSignal, hold: () => Promise<void>): Promise<void> {
    const before = tail;
    const mine = new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      if (signal.aborted) reject(signal.reason);
      before.then(() => {
        if (signal.aborted) return;
        hold().then(resolve);
      });
    });
    tail = Promise.allSettled([before, mine]);
    return mine;
  };
}

export function createBrowser() {
  const clock = createClock();
  const server = createFakeServer(clock.now);
  const withLock = createLocks();
  const channels = new Set<{ receive: (message: unknown) => void }>();
  const messages: unknown[] = [];
  const jar: { cookies: Cookies | null } = { cookies: null };

  async function fetch(url: string, init: RequestInit): Promise<Response> {
    const { response, cookies } = await server.serve(url, init, jar.cookies);
    init.signal?.throwIfAborted();
    if (cookies !== undefined) jar.cookies = cookies;
    return response;
  }

  function openChannel(_name: string, receive: (message: unknown) => void) {
    const self = { receive };
    channels.add(self);
    return {
      post(message: unknown) {
        messages.push(message);
        for (const other of channels) {
          if (other !== self) setImmediate(() => channels.has(other) && other.receive(structuredClone(message)));
        }
      },
      close: () => void channels.delete(self),
    };
  }

  function tab(options: AuthClientOptions = {}, change: Partial<Environment> = {}): Tab {
    const listeners = new Set<(event: WakeEvent) => void>();
    let visible = true;
    const env: Environment = {
      origin: 'http://localhost:3000',
      fetch,
      now: clock.now,
      random: () => 0,
      setTimer: clock.setTimer,
      isVisible: () => visible,
      keepsCookies: () => true,
      onWake(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      withLock,
      openChannel,
      ...change,
    };
    const changes: string[] = [];
    const onSessionChange = (kind: string) => void changes.push(kind);
    const client = createAuthClient({ onSessionChange, environment: env, ...options });
    return {
      client,
      env,
      changes,
      wake: (event) => listeners.forEach((listener) => void listener(event)),
      setVisible(value) {
        visible = value;
      },
    };
  }

  return {
    server,
    jar,
    messages,
    withLock,
    advance: clock.advance,
    setTimer: clock.setTimer,
    tab,
    /** Sends a message to every tab, as another one would. */
    say: (message: unknown) => channels.forEach(({ receive }) => void receive(message)),
    /** Opens a tab, waits until it has looked up its session, and empties the log of requests. */
    async signedInTab(...parameters: Parameters<typeof tab>): Promise<Tab> {
      jar.cookies ??= server.begin();
      const opened = tab(...parameters);
      void opened.client.start();
      await turns();
      server.requests.length = 0;
      return opened;
    },
  };
}

/** Opens a signed-in tab whose token the server no longer takes, though it has not expired. */
export async function staleTab() {
  const browser = createBrowser();
  const tab = await browser.signedInTab();
  const cookies = browser.jar.cookies;
  // Two generations on: the tab's token is neither the head's nor the parent's.
  for (let times = 0; times < 2; times += 1) {
    const answer = await browser.server.serve('/api/auth/refresh', { method: 'POST' }, browser.jar.cookies);
    browser.jar.cookies = answer.cookies ?? null;
  }
  // As if the answers had gone to another browser profile: this one's page session is the old one still.
  if (browser.jar.cookies && cookies)
    browser.jar.cookies = { ...browser.jar.cookies, pageSession: cookies.pageSession };
  browser.server.requests.length = 0;
  return { ...browser, ...tab };
}
