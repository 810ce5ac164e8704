/** Signs in and up, and changes the password, with an AuthClient: the calls that begin a session. None of them navigates. */
import type { RegisterCodeRequest, RegisterRequest } from '#lib/core/accounts/contract.ts';
import type { User } from '#lib/core/accounts/user.ts';
import { api, withId } from '#lib/core/routes.ts';
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import type { PasskeyRequest, SecondStepRequest, TokenRequest } from '#lib/core/sign-in/contract.ts';
import { nothing, tokenResponse } from './answers.ts';
import { authorization, type ClientParts, changeCookies } from './cookie-calls.ts';
import { type Result, resultOf, resultWithin } from './result.ts';
import { type HeldToken, readClaims } from './token-store.ts';
import { withConfirmation } from './with-confirmation.ts';

interface PasswordRequest {
  /** Left out by an account without one. */
  current_password?: string;
  new_password: string;
}

interface Client {
  parts: ClientParts;
}

/**
 * Signs in with a password, or with a passkey that was shown. Errors: `second_step_required` with `secondStep` once the password was right where two-step sign-in is on: `completeSecondStep`
 * goes on, in this browser alone, and so does the page /login by the cookie that the answer has set. `invalid_grant`, `invalid_request` with `fields`, `slow_down`,
 * `cookies_blocked`, and those of every call.
 */
export function signIn({ parts }: Client, body: TokenRequest | PasskeyRequest): Promise<Result<User>> {
  return beginSession(parts, api.token, body);
}

/** Signs in with the code of a second step. Errors: `invalid_grant` with field `code` or `second_step`, and those of `signIn`. */
export function completeSecondStep({ parts }: Client, body: SecondStepRequest): Promise<Result<User>> {
  return beginSession(parts, api.token, body);
}

/**
 * Makes an account and signs in to it. Errors: `email_taken`, `invalid_request` with `fields`, `slow_down`, `cookies_blocked`,
 * and those of every call.
 */
export function register({ parts }: Client, body: RegisterRequest): Promise<Result<User>> {
  return beginSession(parts, api.register, body);
}

/** Makes the account of a sign-up whose code was mailed, and signs in to it. Errors: those of `register`. */
export function registerWithCode({ parts }: Client, body: RegisterCodeRequest): Promise<Result<User>> {
  return beginSession(parts, api.registerCode, body);
}

/**
 * Ends every session and begins a new one here. Errors: `invalid_request` with `fields`, `insufficient_user_authentication` if the
 * person did not confirm who they are, and those of every call.
 */
export function changePassword({ parts }: Client, body: PasswordRequest): Promise<Result<User>> {
  return withConfirmation(parts, (token) => beginSession(parts, api.password, body, token));
}

/**
 * Begins a session by a call that sets the cookies. Without `token` nothing shows yet that this browser keeps any: makes no
 * call where it says that it does not, and ends the new session where it turns out that it did not.
 */
async function beginSession(parts: ClientParts, path: string, body: unknown, token?: HeldToken): Promise<Result<User>> {
  const { env } = parts;
  if (!token && !env.keepsCookies()) return cookiesBlocked(noCookies);
  const headers = { 'content-type': 'application/json', ...(token && authorization(token)) };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  return changeCookies(parts, { path, init, answer: tokenResponse }, async (answer) => {
    const kept = await keepSession(parts, answer, { mayBeBlocked: !token });
    return kept.ok ? { ok: true, value: kept.value.user } : kept;
  });
}

/**
 * Takes the tokens of a session that has begun, and tells the other tabs. Asks the server before whether the browser keeps cookies,
 * where it may not: ends the session if it does not. Called while the refresh lock is held.
 */
export async function keepSession(
  parts: ClientParts,
  answer: TokenResponse,
  { mayBeBlocked }: { mayBeBlocked: boolean },
): Promise<Result<TokenResponse>> {
  const { store, tabs, keeper } = parts;
  const kept = mayBeBlocked ? await ifCookiesKept(parts, answer) : answer;
  if (!kept) {
    endLostSession(parts, answer);
    return cookiesBlocked('That worked, but your browser did not keep the cookie that keeps you signed in.');
  }
  keeper.take(kept);
  tabs.post({ type: 'signed-in', ...store.claims() });
  return { ok: true, value: kept };
}

/**
 * Asks the server whether the cookies came back to it. Returns null where it says no to both, within the token's life: an
 * instance whose SESSION_SECRET is older knows the refresh token alone, and brings another token for it.
 */
async function ifCookiesKept({ env, abortMs }: ClientParts, answer: TokenResponse): Promise<TokenResponse | null> {
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
function endLostSession({ env }: ClientParts, { access_token: accessToken }: TokenResponse): void {
  const { sessionId } = readClaims(accessToken);
  if (sessionId === null) return;
  const init = { method: 'DELETE', headers: authorization({ accessToken }) };
  void resultOf(() => env.fetch(withId(api.oneSession, sessionId), init), nothing);
}

/** Says that the browser told so itself. */
export const noCookies = 'Your browser keeps no cookies for this site. Signing in needs one.';

/** Makes the error for a browser that keeps no cookies. `what` says what is the matter, in one sentence. */
export function cookiesBlocked(what: string): Result<never> {
  const todo = 'Allow cookies for this site in its settings, or switch off the add-on that blocks them, then sign in.';
  return { ok: false, error: { code: 'cookies_blocked', description: `${what} ${todo}` } };
}
