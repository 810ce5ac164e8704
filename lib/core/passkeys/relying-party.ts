/** Decides which relying party (WebAuthn) the app is: the domain that its passkeys are made for. */

export interface PasskeySettings {
  APP_URL: string;
  PASSKEY_RP_ID?: string | undefined;
}

/** Matches a host that is an IP address, as `URL` writes it. */
const address = /^(\d{1,3}(\.\d{1,3}){3}|\[.*\])$/;

/** Returns the id of the relying party, or null where there are no passkeys: an IP address has none. */
export function relyingPartyId({ APP_URL, PASSKEY_RP_ID }: PasskeySettings): string | null {
  const { hostname } = new URL(APP_URL);
  return address.test(hostname) ? null : (PASSKEY_RP_ID ?? hostname);
}

/** Tells whether a host may say that it is this relying party: it is that domain, or below it. */
export function mayBeRelyingParty({ APP_URL, PASSKEY_RP_ID: id }: PasskeySettings): boolean {
  if (id === undefined) return true;
  const { hostname } = new URL(APP_URL);
  return !address.test(hostname) && (hostname === id || (id.includes('.') && hostname.endsWith(`.${id}`)));
}
