/**
 * Tells the browser what became of passkeys (WebAuthn level 3, section 5.1.10), so that it offers none that fails and shows the present
 * address. Most browsers pass that on to the person's password manager. None has to listen, and nothing waits for it.
 */
import { askForPasskey } from './ask.ts';
import type { Client } from './calls.ts';

/** The methods of `PublicKeyCredential` that a browser may have for this. */
interface Signals {
  signalUnknownCredential?(said: { rpId: string; credentialId: string }): Promise<void>;
  signalAllAcceptedCredentials?(said: {
    rpId: string;
    userId: string;
    allAcceptedCredentialIds: string[];
  }): Promise<void>;
  signalCurrentUserDetails?(said: { rpId: string; userId: string; name: string; displayName: string }): Promise<void>;
}

interface Person {
  id: string;
  email: string;
  name: string | null;
}

/** Says that a passkey is not known here. */
export async function signalUnknown(rpId: string, credentialId: string): Promise<void> {
  await quietly(signals().signalUnknownCredential?.bind(PublicKeyCredential), { rpId, credentialId });
}

/** Says which passkeys of this person are left: the browser may forget every other. */
export async function signalLeft(client: Client, user: Pick<Person, 'id'>): Promise<void> {
  const signal = signals().signalAllAcceptedCredentials?.bind(PublicKeyCredential);
  if (!signal) return;
  const asked = await askForPasskey(client.parts, 'step_up');
  // Only a whole list may be told: the browser forgets what is not in it.
  const left = asked.ok ? asked.value.options.allowCredentials : undefined;
  if (!asked.ok || !left) return;
  const { rpId } = asked.value.options;
  await quietly(signal, { rpId, userId: userHandleOf(user.id), allAcceptedCredentialIds: left.map(({ id }) => id) });
}

/** Says how this person is called now, as the browser names their passkeys. */
export async function signalDetails(client: Client, { id, email, name }: Person): Promise<void> {
  const signal = signals().signalCurrentUserDetails?.bind(PublicKeyCredential);
  if (!signal) return;
  const asked = await askForPasskey(client.parts, 'step_up');
  if (!asked.ok || !asked.value.options.allowCredentials?.length) return;
  const { rpId } = asked.value.options;
  await quietly(signal, { rpId, userId: userHandleOf(id), name: email, displayName: name || email });
}

function signals(): Signals {
  return typeof PublicKeyCredential === 'function' ? (PublicKeyCredential as Signals) : {};
}

async function quietly<T>(signal: ((said: T) => Promise<void>) | undefined, said: T): Promise<void> {
  await signal?.(said).catch(() => {});
}

/** Returns the user handle of a user, as `lib/server/passkeys/ceremony.ts` makes it: the 16 bytes of their id, in base64url. */
export function userHandleOf(userId: string): string {
  const bytes = userId.replaceAll('-', '').match(/../g) ?? [];
  const binary = bytes.map((byte) => String.fromCharCode(Number.parseInt(byte, 16))).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
