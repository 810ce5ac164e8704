/**
 * Makes the calls that sign in, up and out, change the password and end other sessions. A call that changes the cookies
 * first tells every tab to abort its refresh, and waits for the refresh lock: a refresh that was answered later would
 * bring the old cookies back. None of these calls navigates.
 */
import type { RegisterCodeRequest, RegisterRequest } from '#lib/core/accounts/contract.ts';
import type { User } from '#lib/core/accounts/user.ts';
import { api, withId } from '#lib/core/routes.ts';
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import type { TokenRequest } from '#lib/core/sign-in/contract.ts';
import { type Answer, nothing, tokenResponse } from './answers.ts';
import type { AccessTokens, AuthFetch } from './auth-fetch.ts';
import type { Environment } from './environment.ts';
import { acquireRefreshLock } from './refresh.ts';
import { failure, type Result, resultOf, resultWithin } from './result.ts';
import type { SessionKeeper } from './session-keeper.ts';
import type { Tabs } from './tabs.ts';
import { type HeldToken, readClaims, type TokenStore } from './token-store.ts';

interface PasswordRequest {
  current_password: string;
  new_password: string;
}

export interface AccountCalls {
  /** Errors: `invalid_grant`, `invalid_request` with `fields`, `slow_down`, `cookies_blocked`, and those of every call. */
  signIn(body: TokenRequest): Promise<Result<User>>;
  /**
   * Makes an account and signs in to it: at once, or of a sign-up whose code was mailed. Errors: `email_taken`,
   * `invalid_request` with `fields`, `slow_down`, `cookies_blocked`, and those of every call.
   */
  register(body: RegisterRequest): Promise<Result<User>>;
  register(body: RegisterCodeRequest, path: typeof api.registerCode): Promise<Result<User>>;
  /** Ends this session, or every session of the person. On an error the session goes on. */
  signOut(scope?: 'this-device' | 'everywhere'): Promise<Result<null>>;
  /** Ends every session and begins a new one here. Errors: `invalid_request` with `fields`, and those of every call. */
  changePassword(body: PasswordRequest): Promise<Result<User>>;
}

export interface AccountCallsParts {
  env: Environment;
  store: TokenStore;
  tabs: Tabs;
  keeper: SessionKeeper;
  tokens: AccessTokens;
  /** Milliseconds that one request of a refresh may take, and so the longest wait for the refresh lock. */
  abortMs: number;
}

/** Milliseconds that a call may take: the server compares passwords slowly, and more slowly when many sign in. */
const answerWithinMs = 20_000;

export function createAccountCalls({ env, store, tabs, keeper, tokens, abortMs }: AccountCallsParts): AccountCalls {
  /** Makes a call that changes the cookies. `onSuccess` runs before another tab gets the lock, and has the last word. */
  async function changeCookies<T, Value>(
    path: string,
    init: RequestInit,
    answer: Answer<T>,
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

  /**
   * Begins a session by a call that sets the cookies. Without `token` nothing shows yet that this browser keeps any: makes no
   * call where it says that it does not, and ends the new session where it turns out that it did not.
   */
  async function beginSession(path: string, body: unknown, token?: HeldToken): Promise<Result<User>> {
    if (!token && !env.keepsCookies())
      return cookiesBlocked('Your browser keeps no cookies for this site. Signing in needs one.');
    const headers = { 'content-type': 'application/json', ...(token && authorization(token)) };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    return changeCookies(path, init, tokenResponse, async (answer) => {
      const kept = token ? answer : await ifCookiesKept(answer);
      if (!kept) {
        endLostSession(answer);
        return cookiesBlocked('That worked, but your browser did not keep the cookie that keeps you signed in.');
      }
      keeper.take(kept);
      tabs.post({ type: 'signed-in', ...store.claims() });
      return { ok: true, value: kept.user };
    });
  }

  /**
   * Asks the server whether the cookies came back to it. Returns null where it says no to both, within the token's life: an
   * instance whose SESSION_SECRET is older knows the refresh token alone, and brings another token for it.
   */
  async function ifCookiesKept(answer: TokenResponse): Promise<TokenResponse | null> {
    const until = env.now() + answer.expires_in * 1000;
    const ask = (method: string, path: string) =>
      resultWithin(
        { env, limitMs: abortMs },
        (signal) => env.fetch(path, { method, signal, cache: 'no-store' }),
        tokenResponse,
      );
    const session = await ask('GET', api.session);
    if (session.ok || !['unauthorized', 'invalid_token'].includes(session.error.code) || env.now() >= until)
      return answer;
    const refreshed = await ask('POST', api.refresh);
    if (refreshed.ok) return refreshed.value;
    return refreshed.error.code === 'invalid_grant' ? null : answer;
  }

  /** Ends a session whose cookies the browser dropped: nobody can use it, and it would stand among the person's devices. */
  function endLostSession({ access_token }: TokenResponse): void {
    const { sessionId } = readClaims(access_token);
    if (sessionId === null) return;
    const init = { method: 'DELETE', headers: { authorization: `Bearer ${access_token}` } };
    void resultOf(() => env.fetch(withId(api.oneSession, sessionId), init), nothing);
  }

  function endSession(path: string, init: RequestInit): Promise<Result<null>> {
    return changeCookies(path, init, nothing, () => {
      tabs.post({ type: 'signed-out', ...store.claims() });
      store.markSignedOut();
      return { ok: true, value: null };
    });
  }

  /**
   * Makes a call with the access token, and once more with a new one if the server refused that. Gets each token before
   * `call` takes the refresh lock, which a refresh needs.
   */
  async function withToken<T>(call: (token: HeldToken) => Promise<Result<T>>): Promise<Result<T>> {
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

  return {
    signIn: (body) => beginSession(api.token, body),
    register: (body: unknown, path: string = api.register) => beginSession(path, body),
    changePassword: (body) => withToken((token) => beginSession(api.password, body, token)),
    signOut(scope = 'this-device') {
      if (scope === 'this-device') return endSession(api.logout, { method: 'POST' });
      return withToken((token) => endSession(api.sessions, { method: 'DELETE', headers: authorization(token) }));
    },
  };
}

/** Makes the error for a browser that keeps no cookies. `what` says what is the matter, in one sentence. */
export function cookiesBlocked(what: string): Result<never> {
  const todo = 'Allow cookies for this site in its settings, or switch off the add-on that blocks them, then sign in.';
  return { ok: false, error: { code: 'cookies_blocked', description: `${what} ${todo}` } };
}

function authorization(token: HeldToken): { authorization: string } {
  return { authorization: `Bearer ${token.accessToken}` };
}

export interface SessionsApi {
  /** Ends another session of the person. Errors: `not_found`, and those of every call. */
  end(id: string): Promise<Result<null>>;
  /** Ends every session but this one. */
  endOthers(): Promise<Result<null>>;
  /** Ends every session, this one included. The caller then leaves by a document navigation, as after `signOut`. */
  endAll(): Promise<Result<null>>;
}

/** Makes the calls about a person's other sessions, with an AuthClient. */
export function sessionsApi(client: Pick<AccountCalls, 'signOut'> & { fetch: AuthFetch }): SessionsApi {
  const remove = (path: string) => resultOf(() => client.fetch(path, { method: 'DELETE' }), nothing);
  return {
    end: (id) => remove(withId(api.oneSession, id)),
    endOthers: () => remove(`${api.sessions}?except=current`),
    endAll: () => client.signOut('everywhere'),
  };
}
