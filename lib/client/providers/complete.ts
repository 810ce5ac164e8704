/** Completes what was begun at another provider, with what came back from there. */
import { answer, fields, text, tokenResponse } from '#lib/client/answers.ts';
import { cookiesBlocked, keepSession, noCookies } from '#lib/client/begin-session.ts';
import { authorization, type ClientParts, changeCookies, withToken } from '#lib/client/cookie-calls.ts';
import { type Result, resultWithin } from '#lib/client/result.ts';
import { succeed, takeSuccessor } from '#lib/client/step-up.ts';
import type { HeldToken } from '#lib/client/token-store.ts';
import type { CompleteRequest } from '#lib/core/providers/contract.ts';
import { api, withId } from '#lib/core/routes.ts';
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import type { SecondStepRequest } from '#lib/core/sign-in/contract.ts';
import { type Linked, linked } from './link.ts';

type SignedIn = TokenResponse & { next: string };

const hasNext = fields<{ next: string }>({ next: text });

/** The answer of a sign-in, a step-up, or an identity that was added. */
export const completed = answer<SignedIn | Linked>(
  (value): value is SignedIn | Linked => linked.is(value) || (tokenResponse.is(value) && hasNext(value)),
);

/** Tries in all, where the provider or the server does not answer, or the answer is lost. */
const triesMost = 6;
const longestWaitSeconds = 5;

interface Client {
  parts: ClientParts;
}

/**
 * Completes a transaction: signs in, confirms who the person is, or adds an identity, as it was begun. Returns the path to go to, or
 * null where it is done by an answer that was lost, cookies apart. Errors: `second_step_required`, for which the page /login asks by
 * the cookie that was set; `link_required` with `email` and `methods`; `transaction_over`, `access_denied`, `provider_error`,
 * `email_unverified`, `sign_up_closed`, `identity_taken`, `too_many`, `insufficient_user_authentication`, `unauthorized` for one that
 * was begun by somebody who is not signed in any more, `cookies_blocked`, and those of every call.
 */
export async function completeAtProvider(
  { parts }: Client,
  id: string,
  returned: CompleteRequest,
): Promise<Result<string | null>> {
  const { env, store } = parts;
  if (!env.keepsCookies()) return cookiesBlocked(noCookies);
  const wasSignedIn = store.user() !== null;
  let isLost = false;
  for (let tries = 1; ; tries++) {
    const result = await complete(parts, id, returned);
    if (result.ok) return result;
    const { code, retryAfterSeconds = 1 } = result.error;
    // An answer whose cookies arrived is no failure.
    if (code === 'transaction_over' && (isLost || !wasSignedIn) && (await takeSession({ parts })))
      return { ok: true, value: null };
    if (code === 'unreachable') isLost = true;
    else if (code !== 'temporarily_unavailable') return result;
    if (tries === triesMost) return result;
    await new Promise<void>((go) => env.setTimer(go, Math.min(retryAfterSeconds, longestWaitSeconds) * 1000));
  }
}

/** The answer to the second step of a step-up. */
export const confirmed = answer<SignedIn>((value): value is SignedIn => tokenResponse.is(value) && hasNext(value));

/**
 * Completes a step-up for which `completeAtProvider` was asked for the second step. Returns the path to go to. Errors:
 * `invalid_grant` with field `code`, `credential` or `second_step`, and those of every call. After any of them the session goes on.
 */
export function completeConfirmation({ parts }: Client, body: SecondStepRequest): Promise<Result<string>> {
  return withToken(parts, async (token) => {
    const result = await succeed(parts, token, { path: api.token, body, answer: confirmed });
    return result.ok ? { ok: true, value: result.value.next } : result;
  });
}

/** Takes the session that this browser's cookies stand for, and tells the other tabs. Returns false if there is none. */
export async function takeSession({ parts }: Client): Promise<boolean> {
  const { env, abortMs } = parts;
  const ask = (signal: AbortSignal) => env.fetch(api.session, { method: 'GET', signal, cache: 'no-store' });
  const session = await resultWithin({ env, limitMs: abortMs }, ask, tokenResponse);
  return session.ok && (await keepSession(parts, session.value, { mayBeBlocked: false })).ok;
}

/** Completes once; again with another token, or with one at all, where the server asks for that. */
async function complete(parts: ClientParts, id: string, returned: CompleteRequest): Promise<Result<string>> {
  const token = parts.store.user() ? await tokenOf(parts) : null;
  const result = await send(parts, token, id, returned);
  if (result.ok || !['unauthorized', 'invalid_token'].includes(result.error.code)) return result;
  const next = await tokenOf(parts, token);
  return next ? await send(parts, next, id, returned) : result;
}

/** Returns the token of whoever is signed in, another one than `refused`; null where nobody is, or none can be had. */
async function tokenOf({ tokens }: ClientParts, refused: HeldToken | null = null): Promise<HeldToken | null> {
  try {
    return await (refused ? tokens.insteadOf(refused) : tokens.get());
  } catch {
    return null;
  }
}

function send(
  parts: ClientParts,
  token: HeldToken | null,
  id: string,
  returned: CompleteRequest,
): Promise<Result<string>> {
  const headers = { 'content-type': 'application/json', ...(token && authorization(token)) };
  const init = { method: 'POST', headers, body: JSON.stringify(returned) };
  const path = withId(api.providerComplete, id);
  return changeCookies(parts, { path, init, answer: completed }, async (value) => {
    if ('status' in value) return { ok: true, value: value.next };
    // The same person in the place of their session: its other tabs take the token over.
    const kept =
      token && token.user.id === value.user.id
        ? await takeSuccessor(parts, token, value)
        : await keepSession(parts, value, { mayBeBlocked: !token });
    return kept.ok ? { ok: true, value: value.next } : kept;
  });
}
