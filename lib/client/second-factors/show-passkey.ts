/** Shows a passkey as a proof, in a ceremony that the server begins. Loaded once somebody wants to: few do. */
import { startAuthentication, WebAuthnAbortService } from '@simplewebauthn/browser';
import { answer, fields, listOf, number, oneOf, optional, text } from '#lib/client/answers.ts';
import { authorization, type ClientParts, withToken } from '#lib/client/cookie-calls.ts';
import { type RequestError, type Result, resultOf } from '#lib/client/result.ts';
import type { PasskeyAsked, PasskeyPurpose, RequestOptions } from '#lib/core/passkeys/contract.ts';
import { api } from '#lib/core/routes.ts';

type Listed = NonNullable<RequestOptions['allowCredentials']>[number];
const listed = fields<Listed>({ id: text, type: oneOf({ 'public-key': true }), transports: optional(listOf(text)) });

/** The answer to asking for a ceremony. */
export const ceremonyBegun = answer(
  fields<PasskeyAsked>({
    ceremony: text,
    options: fields<RequestOptions>({
      challenge: text,
      rpId: text,
      timeout: number,
      userVerification: oneOf({ required: true }),
      allowCredentials: optional(listOf(listed)),
    }),
  }),
);

/** The fields of a request whose proof is a passkey. */
export interface PasskeyProof {
  ceremony: string;
  credential: Record<string, unknown>;
}

interface Showing {
  purpose: Extract<PasskeyPurpose, 'step_up' | 'reset' | 'undo'>;
  /** The client of the person who is signed in, for a step-up. */
  client?: { parts: ClientParts };
  /** Aborts the ceremony. */
  signal?: AbortSignal;
}

/**
 * Asks the person for a passkey. Errors: `passkey_cancelled` (they chose none, could not be verified, or it was aborted: browsers
 * tell nobody which), `passkey_failed`, and those of every call.
 */
export async function showPasskey({ purpose, client, signal }: Showing): Promise<Result<PasskeyProof>> {
  const asked = client
    ? await withToken(client.parts, (token) => begin(purpose, authorization(token)))
    : await begin(purpose);
  if (!asked.ok) return asked;
  if (signal?.aborted) return cancelled;
  const abort = () => WebAuthnAbortService.cancelCeremony();
  signal?.addEventListener('abort', abort);
  try {
    const { ceremony, options } = asked.value;
    const optionsJSON = options as Parameters<typeof startAuthentication>[0]['optionsJSON'];
    const credential = await startAuthentication({ optionsJSON });
    return signal?.aborted ? cancelled : { ok: true, value: { ceremony, credential: { ...credential } } };
  } catch (error) {
    return ['NotAllowedError', 'AbortError'].includes(nameOf(error)) ? cancelled : failed;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function begin(purpose: Showing['purpose'], more: Record<string, string> = {}): Promise<Result<PasskeyAsked>> {
  const headers = { 'content-type': 'application/json', ...more };
  const init = { method: 'POST', headers, body: JSON.stringify({ purpose }) };
  return resultOf(() => fetch(api.passkeysRequest, init), ceremonyBegun);
}

/** Returns the name of what the browser threw: the library wraps it. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return error.cause instanceof Error ? error.cause.name : error.name;
}

const cancelled = refusal(
  'passkey_cancelled',
  'No passkey was used: it was cancelled, took too long, or the device could not tell that it is you. Try again, or use another way.',
);
const failed = refusal('passkey_failed', 'This passkey could not be used here. Try another one, or another way.');

function refusal(code: string, description: string): { ok: false; error: RequestError } {
  return { ok: false, error: { code, description } };
}
