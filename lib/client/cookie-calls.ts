/**
 * Makes calls that change the cookies. Each first tells every tab to abort its refresh, and waits for the refresh lock: a
 * refresh that was answered later would bring the old cookies back. None of these calls navigates.
 */
import { api } from '#lib/core/routes.ts';
import { type Answer, continued, nothing } from './answers.ts';
import type { AccessTokens } from './auth-fetch.ts';
import type { Environment } from './environment.ts';
import { acquireRefreshLock } from './refresh.ts';
import { failure, type Result, resultWithin } from './result.ts';
import type { SessionKeeper } from './session-keeper.ts';
import type { Tabs } from './tabs.ts';
import type { HeldToken, TokenStore } from './token-store.ts';

/** The parts of an AuthClient. */
export interface ClientParts {
  env: Environment;
  store: TokenStore;
  tabs: Tabs;
  keeper: SessionKeeper;
  tokens: AccessTokens;
  /** Milliseconds that one request of a refresh may take, and so the longest wait for the refresh lock. */
  abortMs: number;
}

interface CookieCall<T> {
  path: string;
  init: RequestInit;
  answer: Answer<T>;
}

/** Milliseconds that a call may take: the server compares passwords slowly, and more slowly when many sign in. */
const answerWithinMs = 20_000;

/** Makes a call that changes the cookies. `onSuccess` runs before another tab gets the lock, and has the last word. */
export async function changeCookies<T, Value>(
  { env, store, tabs, keeper, abortMs }: ClientParts,
  { path, init, answer }: CookieCall<T>,
  onSuccess: (value: T) => Result<Value> | Promise<Result<Value>>,
): Promise<Result<Value>> {
  tabs.post({ type: 'stop', ...store.claims() });
  keeper.stopRefresh();
  const release = await acquireRefreshLock(env, abortMs);
  try {
    const call = (signal: AbortSignal) => env.fetch(path, { ...init, signal });
    const result = await resultWithin({ env, limitMs: answerWithinMs }, call, answer);
    return result.ok ? await onSuccess(result.value) : result;
  } finally {
    release();
  }
}

/** The answer to a sign-out: nothing, or where it goes on. */
const ended: Answer<{ continue: string } | null> = {
  is: (value): value is { continue: string } | null => nothing.is(value) || continued.is(value),
};

/**
 * Ends this session, or with the `path` of all sessions each of the person's. Returns the address at which its provider goes on with
 * that, or null. On an error the session goes on.
 */
export function endSession(
  parts: ClientParts,
  path: string = api.logout,
  init: RequestInit = { method: 'POST' },
): Promise<Result<string | null>> {
  const { store, tabs } = parts;
  return changeCookies(parts, { path, init, answer: ended }, (more) => {
    tabs.post({ type: 'signed-out', ...store.claims() });
    store.markSignedOut();
    return { ok: true, value: more?.continue ?? null };
  });
}

/**
 * Makes a call with the access token, and once more with a new one if the server refused that. Gets each token before
 * `call` takes the refresh lock, which a refresh needs.
 */
export async function withToken<T>(
  { tokens }: ClientParts,
  call: (token: HeldToken) => Promise<Result<T>>,
): Promise<Result<T>> {
  try {
    const token = await tokens.get();
    const result = await call(token);
    if (result.ok || result.error.code !== 'invalid_token') return result;
    const next = await tokens.insteadOf(token);
    return next ? await call(next) : result;
  } catch (error) {
    return failure(error);
  }
}

export function authorization({ accessToken }: Pick<HeldToken, 'accessToken'>): { authorization: string } {
  return { authorization: `Bearer ${accessToken}` };
}
