/** Makes a passkey: asks the server, then the device, then the server again. */
import type { RequestError, Result } from '#lib/client/result.ts';
import type { CreationOptions, PasskeyInfo } from '#lib/core/passkeys/contract.ts';
import { addPasskey, type PasskeyClient, startPasskey } from './calls.ts';
import { signalUnknown } from './signals.ts';

/**
 * Makes a passkey on a device of the person's choice, and adds it to their account. Errors: those of `startPasskey`, `passkey_known`,
 * `passkey_unverified`, `passkey_cancelled` and `passkey_failed`, and those of every call.
 */
export async function makePasskey(client: PasskeyClient): Promise<Result<PasskeyInfo>> {
  const asked = await startPasskey(client);
  if (!asked.ok) return asked;
  const { ceremony, options } = asked.value;
  const made = await create(options);
  if (!made.ok) return made;
  const added = await addPasskey(client, { ceremony, credential: { ...made.value } });
  if (added.ok || added.error.code !== 'invalid_request') return added;
  // The device has kept it, and would offer it at the next sign-in, where it fails.
  await signalUnknown(options.rp.id, made.value.id);
  return refused(
    'passkey_failed',
    'The passkey was not taken, so nothing was added. Try again, or use another device.',
  );
}

async function create(options: CreationOptions) {
  try {
    const { startRegistration } = await import('@simplewebauthn/browser');
    const optionsJSON = options as Parameters<typeof startRegistration>[0]['optionsJSON'];
    return { ok: true as const, value: await startRegistration({ optionsJSON }) };
  } catch (error) {
    return why(error);
  }
}

/** Says why a device made no passkey, by the names that WebAuthn level 3 gives such errors (section 5.1.3). */
function why(error: unknown) {
  const name = nameOf(error);
  if (name === 'InvalidStateError')
    return refused('passkey_known', 'This device has a passkey for your account already. It is in the list.');
  if (name === 'ConstraintError')
    return refused(
      'passkey_unverified',
      'This device cannot ask for a finger, a face or a PIN, which a passkey needs. Set up its screen lock, or use another device.',
    );
  if (name === 'NotAllowedError' || name === 'AbortError')
    return refused(
      'passkey_cancelled',
      'Nothing was added: it was cancelled, took too long, or the device could not tell that it is you. Try again when you are ready.',
    );
  return refused(
    'passkey_failed',
    'This device could not make a passkey. Nothing was added; try again, or use another one.',
  );
}

/** Returns the name of what the browser threw: the library wraps it. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return error.cause instanceof Error ? error.cause.name : error.name;
}

function refused(code: string, description: string): { ok: false; error: RequestError } {
  return { ok: false, error: { code, description } };
}
