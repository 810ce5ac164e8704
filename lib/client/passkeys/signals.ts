/**
 * Tells the browser what became of passkeys (WebAuthn level 3, section 5.1.10), so that it offers none that fails and shows the present
 * address. Most browsers pass that on to the person's password manager. None has to listen, and nothing waits for it.
 */

import type { PasskeyClient } from './calls.ts';
import { requestPasskey } from './request.ts';

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
export async function signalLeft(client: PasskeyClient, user: Pick<Person, 'id'>): Promise<void> {
  const signal = signals().signalAllAcceptedCredentials?.bind(PublicKeyCredential);
  if (!signal) return;
  const own = await ownPasskeys(client);
  // Only a whole list may be told: the browser forgets what is not in it.
  if (own) await quietly(signal, { rpId: own.rpId, userId: userHandleOf(user.id), allAcceptedCredentialIds: own.ids });
}

/** Says how this person is called now, as the browser names their passkeys. */
export async function signalDetails(client: PasskeyClient, { id, email, name }: Person): Promise<void> {
  const signal = signals().signalCurrentUserDetails?.bind(PublicKeyCredential);
  if (!signal) return;
  const own = await ownPasskeys(client);
  if (!own || own.ids.length === 0) return;
  await quietly(signal, { rpId: own.rpId, userId: userHandleOf(id), name: email, displayName: name || email });
}

/** Reads which passkeys the person has: a step-up's ceremony names all of theirs that work here. None is shown. */
async function ownPasskeys({ parts }: PasskeyClient): Promise<{ rpId: string; ids: string[] } | null> {
  const asked = await requestPasskey(parts, 'step_up');
  const { rpId, allowCredentials } = asked.ok ? asked.value.options : {};
  return rpId && allowCredentials ? { rpId, ids: allowCredentials.map(({ id }) => id) } : null;
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
