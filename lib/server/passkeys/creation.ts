import 'server-only';
import { randomUUID } from 'node:crypto';
import type { UserRow } from '#db/store/accounts.ts';
import type { PasskeyRow } from '#db/store/passkeys.ts';
import type { CeremonyUse } from '#db/store/second-factors.ts';
import { AppError } from '#lib/core/errors.ts';
import { nameOfAuthenticator } from '#lib/core/passkeys/authenticators.ts';
import type { AddPasskeyRequest, CreationAsked } from '#lib/core/passkeys/contract.ts';
import { type Attestation, attestation } from '#lib/core/passkeys/credential.ts';
import { ceremonySeconds } from '#lib/core/policy.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { readableEmail } from '#lib/server/sessions/user.ts';
import { beginCeremony, isFramed, openCeremony, relyingParty, toDescriptors, userHandleOf } from './ceremony.ts';

/** Algorithms that passkeys may sign with, by their COSE numbers: Ed25519, ES256 and RS256, which every Node can verify. */
const algorithms = [-8, -7, -257];

/** Begins to make a passkey for a user, on an authenticator that has none of theirs. Throws `not_found` where there are no passkeys. */
export async function requestCreation(deps: Container, user: UserRow, sessionId: string): Promise<CreationAsked> {
  const party = relyingParty(deps);
  if (!party) throw new AppError('not_found');
  const { challenge, ceremony } = beginCeremony(deps, 'creation', sessionId);
  const email = readableEmail(user.email);
  return {
    ceremony,
    options: {
      challenge,
      rp: { id: party.id, name: 'Latchkey' },
      user: { id: userHandleOf(user.id), name: email, displayName: user.name || email },
      pubKeyCredParams: algorithms.map((alg) => ({ alg, type: 'public-key' })),
      timeout: ceremonySeconds * 1000,
      attestation: 'none',
      excludeCredentials: toDescriptors(await deps.store.listPasskeys(user.id)),
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    },
  };
}

/**
 * Checks a passkey that was made for a user (WebAuthn level 3, section 7.1), in a ceremony of one of these sessions. Returns its row
 * and the ceremony, to be written together, or null for any defect.
 */
export async function checkCreation(
  deps: Container,
  { ceremony: text, credential, name }: AddPasskeyRequest,
  { userId, sessionIds }: { userId: string; sessionIds: readonly string[] },
): Promise<{ passkey: PasskeyRow; ceremony: CeremonyUse } | null> {
  const party = relyingParty(deps);
  const ceremony = openCeremony(deps, text, { purpose: 'creation', sessionIds });
  const { data: made } = attestation.safeParse(credential);
  if (!party || !ceremony || !made) return null;
  const verified = await verify(made, { origin: party.origin, rpId: party.id, challenge: ceremony.challenge });
  if (!verified) return null;
  const { aaguid, ...facts } = verified;
  const passkey = {
    ...{ id: randomUUID(), userId, rpId: party.id, ...facts },
    transports: made.response.transports.join(' '),
    name: name || nameOfAuthenticator(aaguid),
    createdAt: deps.clock(),
    lastUsedAt: null,
  };
  return { passkey, ceremony: ceremony.use };
}

/** Verifies an attestation that says nothing of the authenticator's maker. Returns the facts of the passkey, or null. */
async function verify(
  made: Attestation,
  { origin, rpId, challenge }: { origin: string; rpId: string; challenge: string },
) {
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
  const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers');
  const { id, rawId, type, response } = made;
  const { clientDataJSON, attestationObject } = response;
  try {
    if (isFramed(clientDataJSON)) return null;
    const object = decodeAttestationObject(new Uint8Array(Buffer.from(attestationObject, 'base64url')));
    const format = object.get('fmt');
    // `packed` without certificates is signed by the passkey itself. None other is asked for.
    const isPlain = format === 'none' || (format === 'packed' && object.get('attStmt').get('x5c') === undefined);
    if (!isPlain) return null;
    const result = await verifyRegistrationResponse({
      response: { ...{ id, rawId, type, clientExtensionResults: {} }, response: { clientDataJSON, attestationObject } },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    });
    if (!result.verified) return null;
    const { credential, credentialDeviceType, credentialBackedUp, aaguid } = result.registrationInfo;
    // The library takes the id that the browser names; the one that the authenticator signed is what counts.
    if (credential.id !== id) return null;
    return {
      credentialId: credential.id,
      publicKey: credential.publicKey,
      counter: credential.counter,
      synced: credentialDeviceType === 'multiDevice',
      backedUp: credentialBackedUp,
      aaguid,
    };
  } catch {
    return null;
  }
}
