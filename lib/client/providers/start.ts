/** Begins at another provider: asks the server for the address to go to there. */
import { answer, fields, text } from '#lib/client/answers.ts';
import { cookiesBlocked, noCookies } from '#lib/client/begin-session.ts';
import { authorization, type ClientParts } from '#lib/client/cookie-calls.ts';
import { type Result, resultWithin } from '#lib/client/result.ts';
import type { HeldToken } from '#lib/client/token-store.ts';
import { withConfirmation } from '#lib/client/with-confirmation.ts';
import { isSafeUrl } from '#lib/core/loopback.ts';
import type { Intent } from '#lib/core/providers/contract.ts';
import { api, withId } from '#lib/core/routes.ts';

export const started = answer(fields<{ authorization_url: string }>({ authorization_url: text }));

interface Beginning {
  /** `sign_in` by default. The others are for somebody who is signed in. */
  intent?: Intent;
  /** Path to go to afterwards. */
  next?: string;
  /** True to keep the session when the browser is closed. */
  remember?: boolean;
}

/** Milliseconds that the call may take: the server may have to ask the provider first. */
const answerWithinMs = 20_000;

/**
 * Begins at a provider. Returns the address that the caller leaves for by `location.assign`: a form's redirect would be stopped by our
 * own policy. Errors: `not_found`, `temporarily_unavailable`, `provider_error` for an address that no provider may have, `slow_down`,
 * `cookies_blocked`, and those of every call.
 */
export async function startAtProvider(
  { parts }: { parts: ClientParts },
  id: string,
  { intent = 'sign_in', ...more }: Beginning,
): Promise<Result<string>> {
  const { env } = parts;
  if (!env.keepsCookies()) return cookiesBlocked(noCookies);
  const ask = (token?: HeldToken) => {
    const headers = { 'content-type': 'application/json', ...(token && authorization(token)) };
    const init = { method: 'POST', headers, body: JSON.stringify({ intent, ...more }) };
    const send = (signal: AbortSignal) => env.fetch(withId(api.providerStart, id), { ...init, signal });
    return resultWithin({ env, limitMs: answerWithinMs }, send, started);
  };
  const result = await (intent === 'sign_in' ? ask() : withConfirmation(parts, ask));
  if (!result.ok) return result;
  const { authorization_url: url } = result.value;
  return mayLeadThere(url) ? { ok: true, value: url } : strangeAddress;
}

const strangeAddress: Result<never> = {
  ok: false,
  error: {
    code: 'provider_error',
    description: 'The address of that service is not one that this page goes to. Tell whoever runs this site.',
  },
};

/** Decides whether an address may be a provider's. */
function mayLeadThere(address: string): boolean {
  return URL.canParse(address) && isSafeUrl(new URL(address));
}
