/**
 * The browser's side of a session: a token in memory, refreshed before it ends, shared between tabs, never stored. A call
 * goes through auth-fetch.ts (its token, its repeat), session-keeper.ts (one refresh for all calls, and ahead of time),
 * refresh.ts (one tab at a time) and token-calls.ts (the requests).
 */
import type { User } from '#lib/core/accounts/user.ts';
import { refreshAbortSeconds } from '#lib/core/policy.ts';
import { type AuthFetch, createAccessTokens, fetchWithTokens } from './auth-fetch.ts';
import { type Confirm, createConfirmation } from './confirmation.ts';
import { type ClientParts, endSession } from './cookie-calls.ts';
import { browserEnvironment, type Environment } from './environment.ts';
import type { Result } from './result.ts';
import { createSessionKeeper, type SessionChange } from './session-keeper.ts';
import { connectTabs } from './tabs.ts';
import { type AuthState, createTokenStore, type HeldToken, type TokenLife } from './token-store.ts';

export interface AuthClientOptions {
  /** The person that the server rendered the page for; null for nobody. */
  user?: User | null;
  /** Milliseconds that one request of a refresh may take. 8,000 by default, which suits the default grace. */
  refreshAbortMs?: number;
  /**
   * Called when the session has ended or another tab has begun one, but not for what this client did itself. The page is outdated then: leave it by a document navigation.
   */
  onSessionChange?: (change: SessionChange) => void;
  environment?: Environment;
}

export interface AuthClient {
  /**
   * `fetch` for paths of this origin, with the access token. Any number of calls share one refresh, and a call that the
   * server refused with `invalid_token` is repeated once. So is one that it refused with `insufficient_user_authentication`,
   * once the person has confirmed who they are; without that, the refusal is the answer. Throws UnreachableError when no token could be had (nobody is
   * signed out), SignedOutError when the session is over, TypeError for another origin.
   */
  fetch: AuthFetch;
  /** Says how to ask the person to confirm who they are; one question serves all calls. Returns the function that undoes it. */
  onStepUp(confirm: Confirm): () => void;
  /** Ends this session. Returns the address at which its provider goes on with that, or null. On an error the session goes on. */
  signOut(): Promise<Result<string | null>>;
  /** The parts that begin-session.ts, step-up.ts and the calls of a feature make their calls of. */
  readonly parts: ClientParts;
  /** Looks up the session and keeps it alive while the page is visible; resolves when the state is known. */
  start(): Promise<void>;
  /** Listens for a sign-in in another tab and makes no request: for signed-out pages, in place of `start`. */
  listen(): void;
  /** Undoes `start` and `listen`; they may be called again. */
  dispose(): void;
  /** Returns the held token's session, generation and times, for a page that shows them; null when none is held. */
  life(): TokenLife | null;
  /**
   * Treats access tokens, the held one included, as expired after `seconds`, so that they are refreshed earlier than
   * the server asks. Never lengthens a life; of several calls the shortest counts. Returns the function that undoes it
   * for tokens that come later. Throws RangeError unless `seconds` is above 0.
   */
  shortenLife(seconds: number): () => void;
  /** Returns what a page may show, the same object until that changes. Fits useSyncExternalStore, with `subscribe`. */
  state(): AuthState;
  subscribe(listener: () => void): () => void;
}

const defaultGraceSeconds = 10;

export function createAuthClient(options: AuthClientOptions = {}): AuthClient {
  const env = options.environment ?? browserEnvironment();
  const abortMs = options.refreshAbortMs ?? refreshAbortSeconds(defaultGraceSeconds) * 1000;
  let isDisposed = false;
  const onSessionChange = (change: SessionChange) => {
    if (!isDisposed) options.onSessionChange?.(change);
  };
  const store = createTokenStore(env.now, options.user ?? null);
  const tabs = connectTabs(env);
  const keeper = createSessionKeeper({ env, store, tabs, abortMs, onSessionChange });
  const confirmation = createConfirmation(env);
  const tokens = createAccessTokens(store, keeper, confirmation);
  const parts = { env, store, tabs, keeper, tokens, abortMs };

  return {
    parts,
    signOut: () => endSession(parts),
    onStepUp: confirmation.use,
    fetch: fetchWithTokens(env, tokens),
    state: store.state,
    subscribe: store.subscribe,
    life: () => lifeOf(store.token()),
    shortenLife(seconds) {
      const undo = store.shortenLife(seconds);
      if (store.token()) keeper.refreshIfDue();
      return undo;
    },
    async start() {
      isDisposed = false;
      tabs.open(keeper.receive);
      keeper.start();
      await keeper.refresh();
    },
    listen() {
      isDisposed = false;
      tabs.open((message) => message.type === 'signed-in' && keeper.receive(message));
    },
    dispose() {
      isDisposed = true;
      tabs.close();
      keeper.stop();
    },
  };
}

/** Returns what a page may show of the held token: all but the token itself, which stays with the client. */
function lifeOf(token: HeldToken | null): TokenLife | null {
  if (!token) return null;
  const { sessionId, generation, receivedAt, refreshAt, expiresAt } = token;
  return { sessionId, generation, receivedAt, refreshAt, expiresAt };
}

/**
 * Makes a `fetch` for signed-in pages of this app, without React: takes the access token from the session, keeps it
 * fresh, shares one refresh with all calls and tabs, and repeats once a call that was refused with `invalid_token`.
 * Make one for a page and keep it. By default it reloads the page when the session ends, which leads to the sign-in page.
 *
 *     const authFetch = createAuthFetch();
 *     const response = await authFetch('/api/me');
 *
 * It throws UnreachableError when no token could be had (nobody is signed out), SignedOutError when the session is
 * over, and TypeError for another origin: a token never leaves its own.
 */
export function createAuthFetch(options: AuthClientOptions = {}): AuthFetch {
  const client = createAuthClient({ onSessionChange: () => location.reload(), ...options });
  void client.start();
  return client.fetch;
}
