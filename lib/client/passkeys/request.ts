/** Asks the server for a ceremony in which a passkey is shown. */
import { answer, fields, listOf, number, oneOf, optional, text } from '#lib/client/answers.ts';
import { authorization, type ClientParts, withToken } from '#lib/client/cookie-calls.ts';
import { browserEnvironment } from '#lib/client/environment.ts';
import { type Result, resultWithin } from '#lib/client/result.ts';
import type { PasskeyAsked, PasskeyPurpose, RequestOptions } from '#lib/core/passkeys/contract.ts';
import { api } from '#lib/core/routes.ts';

type Listed = NonNullable<RequestOptions['allowCredentials']>[number];
export const isListed = fields<Listed>({
  id: text,
  type: oneOf({ 'public-key': true }),
  transports: optional(listOf(text)),
});

export const passkeyAsked = answer(
  fields<PasskeyAsked>({
    ceremony: text,
    options: fields<RequestOptions>({
      challenge: text,
      rpId: text,
      timeout: number,
      userVerification: oneOf({ required: true }),
      allowCredentials: optional(listOf(isListed)),
    }),
  }),
);

/** Milliseconds that the answer may take, on a page without a client. */
const answerWithinMs = 8000;

/**
 * Begins a ceremony. That of a step-up names the person's own passkeys, and needs the `parts` of their client. Writes nothing.
 * Errors: `not_found` where there are no passkeys, and those of every call.
 */
export function requestPasskey(
  parts: ClientParts | null,
  purpose: PasskeyPurpose,
  signal?: AbortSignal,
): Promise<Result<PasskeyAsked>> {
  const env = parts?.env ?? browserEnvironment();
  const ask = (more: Record<string, string> = {}) => {
    const headers = { 'content-type': 'application/json', ...more };
    const init = { method: 'POST', headers, body: JSON.stringify({ purpose }) };
    return resultWithin(
      { env, limitMs: parts?.abortMs ?? answerWithinMs, ...(signal && { signal }) },
      (within) => env.fetch(api.passkeysRequest, { ...init, signal: within }),
      passkeyAsked,
    );
  };
  // The endpoint is public, so that the client's own `fetch` would bring no token.
  return parts && purpose === 'step_up' ? withToken(parts, (token) => ask(authorization(token))) : ask();
}
