/** The browser's side of a session: a token in memory, renewed before it ends, shared between tabs, never stored. */

import type { User } from '#lib/core/accounts/user.ts';
import { refreshAbortSeconds } from '#lib/core/policy.ts';
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import { type AuthFetch, createBearer } from './bearer-fetch.ts';
import { type Credentials, createCredentials } from './credentials.ts';
import { connectTabs } from './cross-tab.ts';
import { createEnding, type SessionChange } from './ending.ts';
import { browserEnvironment, type Environment } from './environment.ts';
import { createKeepAlive } from './keep-alive.ts';
import { type AuthState, createTokenStore, type HeldToken, type TokenLife } from './token-store.ts';

export interface AuthClientOptions {
  /** Whom the server rendered the page for. */
  user?: User | null;
  /** How long one refresh may take; by default what the default grace allows, 8 s. */
  refreshAbortMs?: number;
  /** Called once, and not for the client's own `signIn` or `signOut`. The page is of no use: do a document navigation. */
  onSessionChange?: (change: SessionChange) => void;
  environment?: Environment;
}

export interface AuthClient extends Credentials {
  /**
   * `fetch` for paths of this origin, with the access token. Any number of calls share one refresh, and a call that the
   * server refused with `invalid_token` is repeated once. Throws UnreachableError where no token could be had (nobody is
   * signed out), SignedOutError where the session is over, TypeError for another origin.
   */
  fetch: AuthFetch;
  /** Looks up the session and keeps it alive while the page is visible; resolves when the state is known. */
  start(): Promise<void>;
  /**
   * For a page of somebody who is not signed in, instead of `start`: asks the server for nothing, and only hears that
   * another tab has signed in.
   */
  listen(): void;
  /** Undoes `start` and `listen`; they may be called again. */
  dispose(): void;
  /** The held token's session, generation and times, for a page that shows them; null where none is held. */
  life(): TokenLife | null;
  /**
   * Takes access tokens, the held one too, for ended after `seconds`, so that they are renewed earlier than the server asks.
   * Never lengthens a life; of several calls the shortest counts. Returns what undoes it, for tokens that come after that.
   * Throws RangeError for what is no life.
   */
  shortenLife(seconds: number): () => void;
  /** With `subscribe`, as useSyncExternalStore takes them. */
  state(): AuthState;
  subscribe(listener: () => void): () => void;
}

const defaultGraceSeconds = 10;

export function createAuthClient(options: AuthClientOptions = {}): AuthClient {
  const env = options.environment ?? browserEnvironment();
  const abortMs = options.refreshAbortMs ?? refreshAbortSeconds(defaultGraceSeconds) * 1000;
  const store = createTokenStore(env.now, options.user ?? null);
  const tabs = connectTabs(env);
  let disposed = false;
  const ending = createEnding(store, (change) => {
    if (!disposed) options.onSessionChange?.(change);
  });
  const keepAlive = createKeepAlive({ env, store, tabs, ending, abortMs });
  const bearer = createBearer(env, store, keepAlive.renew);

  const credentials = createCredentials({
    env,
    bearer,
    abortMs,
    stopRenewals() {
      tabs.post({ type: 'stop', ...store.claims() });
      keepAlive.stopRenewal();
    },
    onSignedIn(token: TokenResponse) {
      store.adopt(token);
      keepAlive.afterToken();
      tabs.post({ type: 'signed-in', ...store.claims() });
    },
    onSignedOut() {
      tabs.post({ type: 'signed-out', ...store.claims() });
      store.clear();
    },
  });

  return {
    ...credentials,
    fetch: bearer.fetch,
    state: store.state,
    subscribe: store.subscribe,
    life: () => lifeOf(store.current()),
    shortenLife(seconds) {
      const undo = store.shortenLife(seconds);
      if (store.current()) keepAlive.check();
      return undo;
    },
    async start() {
      disposed = false;
      tabs.open(keepAlive.receive);
      keepAlive.start();
      await keepAlive.renew();
    },
    listen() {
      disposed = false;
      tabs.open((message) => message.type === 'signed-in' && keepAlive.receive(message));
    },
    dispose() {
      disposed = true;
      tabs.close();
      keepAlive.stop();
    },
  };
}

/** The token itself stays with the client. */
function lifeOf(held: HeldToken | null): TokenLife | null {
  if (!held) return null;
  const { sessionId, generation, receivedAt, renewAt, expiresAt } = held;
  return { sessionId, generation, receivedAt, renewAt, expiresAt };
}
