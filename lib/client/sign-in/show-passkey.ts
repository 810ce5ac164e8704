/** Shows a passkey of this device or of another one, in a ceremony that the server begins. */
import { answer, fields, listOf, number, oneOf, optional, text } from '#lib/client/answers.ts';
import type { ClientParts } from '#lib/client/cookie-calls.ts';
import { type RequestError, type Result, resultWithin } from '#lib/client/result.ts';
import type { PasskeyAsked } from '#lib/core/passkeys/contract.ts';
import { api } from '#lib/core/routes.ts';

type Options = PasskeyAsked['options'];
type Listed = NonNullable<Options['allowCredentials']>[number];

const isListed = fields<Listed>({
  id: text,
  type: oneOf({ 'public-key': true }),
  transports: optional(listOf(text)),
});

/** A ceremony that has begun. */
export const passkeyRequest = answer(
  fields<PasskeyAsked>({
    ceremony: text,
    options: fields<Options>({
      challenge: text,
      rpId: text,
      timeout: number,
      userVerification: oneOf({ required: true }),
      allowCredentials: optional(listOf(isListed)),
    }),
  }),
);

/** A passkey that was shown, as the server takes it, and the domain that it was made for. */
export interface ShownPasskey {
  ceremony: string;
  credential: { id: string; rawId: string; type: string; response: Record<string, string> };
  rpId: string;
}

interface Showing {
  purpose: 'sign_in' | 'second_step';
  /** Aborts the ceremony, also while the server is asked for it. */
  signal?: AbortSignal;
  /** `conditional` offers passkeys among the suggestions of a field, and opens no dialog. */
  mediation?: CredentialMediationRequirement;
}

/**
 * Asks the person for a passkey. Errors: `passkey_cancelled` (they chose none, could not be verified, or it was aborted: browsers tell
 * nobody which), `passkey_failed`, and those of every call.
 */
export async function showPasskey(
  { env, abortMs }: ClientParts,
  { purpose, signal, mediation }: Showing,
): Promise<Result<ShownPasskey>> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ purpose }) };
  const asked = await resultWithin(
    { env, limitMs: abortMs, ...(signal && { signal }) },
    (within) => env.fetch(api.passkeysRequest, { ...init, signal: within }),
    passkeyRequest,
  );
  if (!asked.ok) return asked;
  const { ceremony, options } = asked.value;
  try {
    signal?.throwIfAborted();
    const publicKey = { ...options, challenge: bytesOf(options.challenge), allowCredentials: [] };
    const credential = await navigator.credentials.get({
      publicKey,
      ...(signal && { signal }),
      ...(mediation && { mediation }),
    });
    if (!isAssertion(credential)) return failed;
    return { ok: true, value: { ceremony, credential: written(credential), rpId: options.rpId } };
  } catch (error) {
    return error instanceof Error && ['NotAllowedError', 'AbortError'].includes(error.name) ? cancelled : failed;
  }
}

/** Tells the browser that a passkey is not known here, so that it offers it no more (WebAuthn level 3, section 5.1.10.2). */
export function signalUnknown({ rpId, credential }: ShownPasskey): void {
  const browser: { signalUnknownCredential?(said: { rpId: string; credentialId: string }): Promise<void> } =
    PublicKeyCredential;
  browser.signalUnknownCredential?.({ rpId, credentialId: credential.id }).catch(() => {});
}

const cancelled = refusal('passkey_cancelled', 'No passkey was used. You can try again.');
const failed = refusal(
  'passkey_failed',
  'This passkey could not be used here. Try another one, or sign in another way.',
);

function refusal(code: string, description: string): { ok: false; error: RequestError } {
  return { ok: false, error: { code, description } };
}

type Assertion = PublicKeyCredential & { response: AuthenticatorAssertionResponse };

/** Tells whether a passkey was shown. Looks at members alone: what password managers answer with is of no class. */
function isAssertion(credential: object | null): credential is Assertion {
  if (!credential || !('response' in credential)) return false;
  const { response } = credential;
  return typeof response === 'object' && response !== null && 'signature' in response;
}

/** Writes an assertion in its JSON form. Not every browser that knows passkeys can. */
function written({ id, type, response }: Assertion): ShownPasskey['credential'] {
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  return {
    ...{ id, rawId: id, type },
    response: {
      clientDataJSON: textOf(clientDataJSON),
      authenticatorData: textOf(authenticatorData),
      signature: textOf(signature),
      ...(userHandle && { userHandle: textOf(userHandle) }),
    },
  };
}

function textOf(bytes: ArrayBuffer): string {
  const plain = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return plain.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const plain = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
