import 'server-only';
import { randomBytes } from 'node:crypto';
import type { PasskeyRow } from '#db/store/passkeys.ts';
import type { CeremonyUse } from '#db/store/second-factors.ts';
import type { PasskeyPurpose } from '#lib/core/passkeys/contract.ts';
import { relyingPartyId } from '#lib/core/passkeys/relying-party.ts';
import { ceremonySeconds } from '#lib/core/policy.ts';
import type { Ceremony } from '#lib/server/crypto/ceremonies.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** The app as authenticators know it. Neither comes from a request. */
export interface RelyingParty {
  id: string;
  origin: string;
}

/** Returns the relying party, or null where there are no passkeys. */
export function relyingParty({ env }: Pick<Container, 'env'>): RelyingParty | null {
  const id = relyingPartyId(env);
  return id === null ? null : { id, origin: env.APP_URL };
}

/** Says for what a ceremony is: to show a passkey, or to make one. */
export type Purpose = PasskeyPurpose | 'creation';

/** Begins a ceremony, which is good for `ceremonySeconds`. Writes nothing. */
export function beginCeremony({ clock, ceremonies }: Container, purpose: Purpose, sessionId: string | null) {
  const challenge = randomBytes(32).toString('base64url');
  const expiresAt = new Date(clock().getTime() + ceremonySeconds * 1000);
  return { challenge, ceremony: ceremonies.seal({ challenge, purpose, sessionId, expiresAt }) };
}

/** Reads a ceremony. Returns null unless it is ours, of this purpose, of one of these sessions, and not over. */
export function openCeremony(
  { clock, ceremonies }: Container,
  text: string,
  { purpose, sessionIds }: { purpose: Purpose; sessionIds: readonly string[] | null },
): (Ceremony & { use: CeremonyUse }) | null {
  const ceremony = ceremonies.open(text);
  if (!ceremony || ceremony.purpose !== purpose || ceremony.expiresAt <= clock()) return null;
  const isOwn = sessionIds === null ? ceremony.sessionId === null : sessionIds.includes(ceremony.sessionId ?? '');
  return isOwn ? { ...ceremony, use: { id: ceremony.challenge, expiresAt: ceremony.expiresAt } } : null;
}

/** Returns the user handle of a user: the 16 bytes of their id, in base64url. */
export function userHandleOf(userId: string): string {
  return Buffer.from(userId.replaceAll('-', ''), 'hex').toString('base64url');
}

/** Lists passkeys for the options of a ceremony. */
export function toDescriptors(passkeys: readonly PasskeyRow[]) {
  return passkeys.map(({ credentialId, transports }) => ({
    ...{ id: credentialId, type: 'public-key' as const },
    ...(transports && { transports: transports.split(' ') }),
  }));
}

interface ClientData {
  crossOrigin?: unknown;
  topOrigin?: unknown;
}

/** Tells whether a ceremony ran in a page of another site: the library lets the browser say so, this app does not. */
export function isFramed(clientDataJSON: string): boolean {
  const { crossOrigin, topOrigin }: ClientData = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString());
  return (crossOrigin !== undefined && crossOrigin !== false) || topOrigin !== undefined;
}
