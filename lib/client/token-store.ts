/** The access token, in memory only, and what the page may know about it. */

import type { User } from '#lib/core/accounts/user.ts';
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import { type Claims, readClaims } from './claims.ts';

export type AuthState =
  | { status: 'loading' }
  | { status: 'signed-in'; user: User }
  | { status: 'signed-out' }
  | { status: 'unreachable'; user: User | null };

/** When a token came and when it ends, in milliseconds on the environment's monotonic clock, as all times here. */
export interface TokenLife extends Readonly<Claims> {
  readonly receivedAt: number;
  readonly renewAt: number;
  readonly expiresAt: number;
}

export interface HeldToken extends TokenLife {
  readonly accessToken: string;
  readonly user: User;
}

export interface TokenStore {
  /** The same object until something a page shows has changed, as useSyncExternalStore wants it. */
  state(): AuthState;
  subscribe(listener: () => void): () => void;
  current(): HeldToken | null;
  /** What the held token says of its session; nulls where there is none. */
  claims(): Claims;
  user(): User | null;
  /** Nothing held, or what is held is due, or the server has refused it. */
  needsRenewal(): boolean;
  /** The held token may still be sent: not refused, not past its end. */
  isUsable(): boolean;
  /** True where an answer is for the session, or at least the person, that this page is about. */
  belongs(token: TokenResponse): boolean;
  adopt(token: TokenResponse): HeldToken;
  /** As AuthClient has it; a token that is held already is cut short too. */
  shortenLife(seconds: number): () => void;
  /** The server refused this token, whatever the clock says. */
  refuse(token: HeldToken): void;
  /** The server is out of reach; the token, if any, is kept. */
  lose(): void;
  /** No call is made with the token any more; what the page shows stays. */
  forget(): void;
  /** The session is over: nobody is signed in. */
  clear(): void;
}

const longestMarginMs = 30_000;

/** Renewal is due this long before the end: 30 s, or a fifth of a shorter life. */
function marginMs(lifeMs: number): number {
  return Math.min(longestMarginMs, lifeMs / 5);
}

export function createTokenStore(now: () => number, rendered: User | null): TokenStore {
  const shown = createShownState(rendered ? { status: 'signed-in', user: rendered } : { status: 'loading' });
  let held: HeldToken | null = null;
  let refused: string | null = null;
  const caps = new Set<{ ms: number }>();

  function user(): User | null {
    const state = shown.state();
    return 'user' in state ? state.user : null;
  }

  function longestLifeMs(): number {
    return Math.min(...[...caps].map(({ ms }) => ms));
  }

  function forget(): void {
    held = null;
  }

  return {
    state: shown.state,
    subscribe: shown.subscribe,
    current: () => held,
    claims: () => ({ sessionId: held?.sessionId ?? null, generation: held?.generation ?? null }),
    user,
    needsRenewal: () => !held || held.accessToken === refused || now() >= held.renewAt,
    isUsable: () => held !== null && held.accessToken !== refused && now() < held.expiresAt,
    belongs(token) {
      const { sessionId } = readClaims(token.access_token);
      if (held?.sessionId && sessionId) return held.sessionId === sessionId;
      const known = user();
      return !known || known.id === token.user.id;
    },
    adopt(token) {
      held = hold(token, now(), longestLifeMs());
      shown.show({ status: 'signed-in', user: token.user });
      return held;
    },
    shortenLife(seconds) {
      if (!(seconds > 0)) throw new RangeError('A life is longer than 0 s.');
      const cap = { ms: seconds * 1000 };
      caps.add(cap);
      if (held) held = { ...held, ...times(held.receivedAt, Math.min(held.expiresAt - held.receivedAt, cap.ms)) };
      return () => void caps.delete(cap);
    },
    refuse(token) {
      refused = token.accessToken;
    },
    lose: () => shown.show({ status: 'unreachable', user: user() }),
    forget,
    clear() {
      forget();
      shown.show({ status: 'signed-out' });
    },
  };
}

function hold(token: TokenResponse, receivedAt: number, longestMs: number): HeldToken {
  const lifeMs = Math.min(longestMs, Math.max(0, token.expires_in) * 1000);
  const { access_token: accessToken, user } = token;
  return { accessToken, user, ...readClaims(accessToken), ...times(receivedAt, lifeMs) };
}

function times(receivedAt: number, lifeMs: number) {
  return { receivedAt, renewAt: receivedAt + lifeMs - marginMs(lifeMs), expiresAt: receivedAt + lifeMs };
}

function createShownState(initial: AuthState) {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    state: () => state,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    show(next: AuthState): void {
      if (isSame(state, next)) return;
      state = next;
      for (const listener of listeners) listener();
    },
  };
}

function isSame(a: AuthState, b: AuthState): boolean {
  const [one, two] = ['user' in a ? a.user : null, 'user' in b ? b.user : null];
  return a.status === b.status && one?.id === two?.id && one?.email === two?.email && one?.name === two?.name;
}
