/** Signs in with a passkey alone. Loaded once somebody uses one: most sign in without. */
import { signIn } from '#lib/client/begin-session.ts';
import type { ClientParts } from '#lib/client/cookie-calls.ts';
import { type ShownPasskey, showPasskey } from '#lib/client/passkeys/show.ts';
import { signalUnknown } from '#lib/client/passkeys/signals.ts';
import type { Result } from '#lib/client/result.ts';
import type { User } from '#lib/core/accounts/user.ts';

/**
 * Signs in with a passkey that was picked already, or else is asked for. Errors: `passkey_cancelled`, `passkey_failed`, and those of
 * `signIn`. Of a passkey that is not known here the browser is told, too.
 */
export async function signInWithPasskey(
  client: { parts: ClientParts },
  { remember, picked }: { remember: boolean; picked?: ShownPasskey | undefined },
): Promise<Result<User>> {
  const shown = picked ? { ok: true as const, value: picked } : await showPasskey(client.parts, { purpose: 'sign_in' });
  if (!shown.ok) return shown;
  const { ceremony, credential } = shown.value;
  const result = await signIn(client, { ceremony, credential, remember });
  const unknown = !result.ok && result.error.fields?.credential;
  if (result.ok || !unknown) return result;
  void signalUnknown(shown.value.rpId, credential.id);
  const description = `${unknown.join(' ')} Use another one, or sign in with your password.`;
  return { ok: false, error: { code: result.error.code, description } };
}
