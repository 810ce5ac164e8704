/** Making and showing passkeys, with an authenticator of the tests' own. */
import type { Browser } from '#tests/support/browser.ts';
import { type Lies, type MadePasskey, makePasskey, showPasskey } from '#tests/support/passkey.ts';

export const passkeyPath = {
  all: '/api/auth/passkeys',
  one: (id: string) => `/api/auth/passkeys/${id}`,
  request: '/api/auth/passkeys/request',
  creation: '/api/auth/passkeys/creation',
};

/** Begins a ceremony in which a passkey is shown. */
export async function asked(who: Browser, purpose: string) {
  const response = await who.send('POST', passkeyPath.request, { json: { purpose } });
  if (response.status !== 200) throw new Error(`Asking for a passkey answered ${response.status}.`);
  return response.json();
}

/** Makes a passkey. Returns the answer and the passkey. */
export async function addPasskey(who: Browser, how: Parameters<typeof makePasskey>[1] = {}, more: object = {}) {
  const begun = await who.send('POST', passkeyPath.creation);
  if (begun.status !== 200) throw new Error(`Beginning a passkey answered ${begun.status}.`);
  const { ceremony, options } = await begun.json();
  const { passkey, credential } = makePasskey(options, how);
  const response = await who.send('POST', passkeyPath.all, { json: { ceremony, credential, ...more } });
  return { response, passkey, ceremony, credential };
}

/** Returns the fields by which a passkey is shown for a purpose. */
export async function shown(who: Browser, passkey: MadePasskey, purpose: string, lies: Lies = {}) {
  const { ceremony, options } = await asked(who, purpose);
  return { ceremony, credential: showPasskey(passkey, options, lies) };
}
