/** Makes the call of a step-up: a signed-in person shows once more who they are, for what asks for it (RFC 9470). */
import type { User } from '#lib/core/accounts/user.ts';
import { api } from '#lib/core/routes.ts';
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import type { StepUpRequest } from '#lib/core/step-up/contract.ts';
import { type Answer, tokenResponse } from './answers.ts';
import { authorization, type ClientParts, changeCookies, withToken } from './cookie-calls.ts';
import { failure, type Result, SignedOutError } from './result.ts';
import { createTokenCalls } from './token-calls.ts';
import type { HeldToken } from './token-store.ts';

/**
 * Puts a successor in the place of the session, here and in the other tabs: what asks for a fresh sign-in works for a while.
 * Errors: `invalid_request` with `fields`, `slow_down`, and those of every call. After any of them the session goes on.
 */
export function stepUp({ parts }: { parts: ClientParts }, body: StepUpRequest): Promise<Result<User>> {
  let tried: HeldToken | null = null;
  return withToken(parts, async (token) => {
    // Another tab's step-up has ended the session that this one was for: its successor is as fresh.
    if (tried && tried.sessionId !== token.sessionId) return { ok: true, value: token.user };
    tried = token;
    const result = await succeed(parts, token, { path: api.stepUp, body, answer: tokenResponse });
    return result.ok ? { ok: true, value: result.value.user } : result;
  });
}

/**
 * Makes a call that answers with the tokens of a successor, which takes the place of the session here and in the other tabs. Returns
 * the whole answer.
 */
export function succeed<T extends TokenResponse>(
  parts: ClientParts,
  token: HeldToken,
  { path, body, answer }: { path: string; body: unknown; answer: Answer<T> },
): Promise<Result<T>> {
  const headers = { 'content-type': 'application/json', ...authorization(token) };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  return changeCookies(parts, { path, init, answer }, (value) => takeSuccessor(parts, token, value));
}

/** Takes the tokens of a successor, here and in the other tabs. Called while the refresh lock is held. */
export async function takeSuccessor<T extends TokenResponse>(
  { env, store, tabs, keeper, abortMs }: ClientParts,
  token: HeldToken,
  value: T,
): Promise<Result<T>> {
  // The first use ends the old session. It comes before another tab gets the lock, so that none refreshes that one.
  await createTokenCalls(env, abortMs).confirm(value);
  // Whatever ended the session meanwhile has ended its successor.
  if (store.isOver()) return failure(new SignedOutError());
  keeper.take(value);
  // Other tabs get the tokens, and nothing else that the answer holds.
  const { access_token, token_type, expires_in, user } = value;
  const renewed = { access_token, token_type, expires_in, user };
  tabs.post({ type: 'renewed', ...store.claims(), token: renewed, replaces: token.sessionId });
  return { ok: true, value };
}
