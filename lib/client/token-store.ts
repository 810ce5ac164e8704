/**
 * Holds the access token, in memory only, and says what a page may know about it. All times are milliseconds on the
 * environment's clock.
 */
import type { User } from '#lib/core/accounts/user.ts';
import type { TokenResponse } from '#lib/core/sessions/contract.ts';

export type AuthState =
  | { status: 'loading' }
  | { status: 'signed-in'; user: User }
  | { status: 'signed-out' }
  | { status: 'unreachable'; user: User | null };

/** The session that a token belongs to, and the generation it was issued with; null if unknown. */
export interface Claims {
  readonly sessionId: string | null;
  readonly generation: number | null;
}

export interface TokenLife extends Claims {
  readonly receivedAt: number;
  /** The moment from which a refresh is due. */
  readonly refreshAt: number;
  readonly expiresAt: number;
}

export interface HeldToken extends TokenLife {
  readonly accessToken: string;
  readonly user: User;
}

export interface TokenStore {
  /** Returns the same object until something that a page shows has changed, as useSyncExternalStore wants it. */
  state(): AuthState;
  subscribe(listener: () => void): () => void;
  user(): User | null;
  token(): HeldToken | null;
  /** Returns the held token's claims; nulls when none is held. */
  claims(): Claims;
  /** Tells whether to refresh before a call: no token is held, it is about to end, or the server refused it. */
  isDue(): boolean;
  /** Tells whether the held token may be sent: it was not refused and has not ended. */
  isUsable(): boolean;
  /** Tells whether nothing may be sent in this page's name any more: it was signed out, or somebody else signed in. */
  isOver(): boolean;
  /** Tells whether another session has begun in this browser since the page's own. */
  isReplaced(): boolean;
  /** Tells whether a token is of this page's person: of its session, or of one that has taken its place. */
  belongsHere(token: TokenResponse): boolean;
  setToken(token: TokenResponse): void;
  /** Treats tokens as expired after `seconds`. Returns what undoes it. Throws RangeError unless `seconds` is above 0. */
  shortenLife(seconds: number): () => void;
  /** Remembers that the server refused this token, whatever the clock says. */
  markRefused(token: HeldToken): void;
  /** Shows that the server is out of reach. The token, if any, is kept. */
  markUnreachable(): void;
  markSignedOut(): void;
  /**
   * Drops the token because another session has begun in this browser: the page has to be loaded again, and nothing
   * more is sent in its name. What it shows stays until then, so that nothing flashes.
   */
  markReplaced(): void;
}

export function createTokenStore(now: () => number, rendered: User | null): TokenStore {
  const shown = createShownState(rendered ? { status: 'signed-in', user: rendered } : { status: 'loading' });
  let held: HeldToken | null = null;
  let refused: string | null = null;
  let isReplaced = false;
  const longestLives = new Set<{ ms: number }>();

  function user(): User | null {
    const state = shown.state();
    return 'user' in state ? state.user : null;
  }

  return {
    state: shown.state,
    subscribe: shown.subscribe,
    user,
    token: () => held,
    claims: () => ({ sessionId: held?.sessionId ?? null, generation: held?.generation ?? null }),
    isDue: () => !held || held.accessToken === refused || now() >= held.refreshAt,
    isUsable: () => held !== null && held.accessToken !== refused && now() < held.expiresAt,
    isOver: () => isReplaced || shown.state().status === 'signed-out',
    isReplaced: () => isReplaced,
    belongsHere(token) {
      const known = user();
      return !known || known.id === token.user.id;
    },
    setToken({ access_token: accessToken, expires_in, user }) {
      const lifeMs = Math.min(Math.max(0, expires_in) * 1000, ...[...longestLives].map(({ ms }) => ms));
      held = { accessToken, user, ...readClaims(accessToken), ...times(now(), lifeMs) };
      shown.show({ status: 'signed-in', user });
    },
    shortenLife(seconds) {
      if (!(seconds > 0)) throw new RangeError('A life is longer than 0 s.');
      const longest = { ms: seconds * 1000 };
      longestLives.add(longest);
      if (held) held = { ...held, ...times(held.receivedAt, Math.min(held.expiresAt - held.receivedAt, longest.ms)) };
      return () => void longestLives.delete(longest);
    },
    markRefused(token) {
      refused = token.accessToken;
    },
    markUnreachable: () => shown.show({ status: 'unreachable', user: user() }),
    markSignedOut() {
      held = null;
      shown.show({ status: 'signed-out' });
    },
    markReplaced() {
      held = null;
      isReplaced = true;
    },
  };
}

/** Reads `sid` and `gen` of a JWT, unverified: here they only tell sessions apart. Never throws. */
export function readClaims(jwt: string): Claims {
  const payload = decodePayload(jwt.split('.')[1] ?? '');
  if (typeof payload !== 'object' || payload === null) return { sessionId: null, generation: null };
  return {
    sessionId: 'sid' in payload && typeof payload.sid === 'string' ? payload.sid : null,
    generation: 'gen' in payload && Number.isSafeInteger(payload.gen) ? Number(payload.gen) : null,
  };
}

function decodePayload(part: string): unknown {
  try {
    return JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/')));
  } catch {
    return null;
  }
}

const longestMarginMs = 30_000;

/** Computes when a refresh is due, and the end: 30 s apart, or a fifth of the life if that is shorter. */
function times(receivedAt: number, lifeMs: number) {
  const marginMs = Math.min(longestMarginMs, lifeMs / 5);
  return { receivedAt, refreshAt: receivedAt + lifeMs - marginMs, expiresAt: receivedAt + lifeMs };
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
