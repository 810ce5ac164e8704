/** Shows a passkey of this device or of another one, in a ceremony that the server begins. */
import type { ClientParts } from '#lib/client/cookie-calls.ts';
import type { RequestError, Result } from '#lib/client/result.ts';
import type { PasskeyPurpose } from '#lib/core/passkeys/contract.ts';
import { requestPasskey } from './request.ts';

/** A passkey that was shown, as the server takes it, and the domain that it was made for. */
export interface ShownPasskey {
  ceremony: string;
  credential: { id: string; rawId: string; type: string; response: Record<string, string> };
  rpId: string;
}

interface Showing {
  purpose: PasskeyPurpose;
  /** Aborts the ceremony, also while the server is asked for it. */
  signal?: AbortSignal;
  /** `conditional` offers passkeys among the suggestions of a field, and opens no dialog. */
  mediation?: CredentialMediationRequirement;
}

/**
 * Asks the person for a passkey. A step-up asks as whoever is signed in with `parts`; a page without a client passes null. Errors:
 * `passkey_cancelled` (they chose none, could not be verified, or it was aborted: browsers tell nobody which), `passkey_failed`, and
 * those of every call.
 */
export async function showPasskey(
  parts: ClientParts | null,
  { purpose, signal, mediation }: Showing,
): Promise<Result<ShownPasskey>> {
  const asked = await requestPasskey(parts, purpose, signal);
  if (!asked.ok) return asked;
  const { ceremony, options } = asked.value;
  try {
    signal?.throwIfAborted();
    const allowCredentials = (options.allowCredentials ?? []).map(({ id, type, transports = [] }) => ({
      ...{ id: bytesOf(id), type },
      // A browser ignores a way that it does not know.
      transports: transports as AuthenticatorTransport[],
    }));
    const credential = await navigator.credentials.get({
      publicKey: { ...options, challenge: bytesOf(options.challenge), allowCredentials },
      ...(signal && { signal }),
      ...(mediation && { mediation }),
    });
    if (!isAssertion(credential)) return failed;
    return { ok: true, value: { ceremony, credential: written(credential), rpId: options.rpId } };
  } catch (error) {
    return error instanceof Error && ['NotAllowedError', 'AbortError'].includes(error.name) ? cancelled : failed;
  }
}

const cancelled = refusal('passkey_cancelled', 'No passkey was used. You can try again.');
const failed = refusal('passkey_failed', 'This passkey could not be used here. Try another one, or another way.');

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
