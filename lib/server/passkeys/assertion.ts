import 'server-only';
import type { PasskeyRow } from '#db/store/passkeys.ts';
import type { Proof } from '#db/store/second-factors.ts';
import { AppError } from '#lib/core/errors.ts';
import type { PasskeyAsked, PasskeyPurpose } from '#lib/core/passkeys/contract.ts';
import { type Assertion, assertion, type ShownPasskey } from '#lib/core/passkeys/credential.ts';
import { ceremonySeconds } from '#lib/core/policy.ts';
import type { Requester } from '#lib/core/requester.ts';
import { newSecurityEvent, recordSecurityEvent } from '#lib/server/activity/record.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import {
  beginCeremony,
  isFramed,
  openCeremony,
  type RelyingParty,
  relyingParty,
  toDescriptors,
  userHandleOf,
} from './ceremony.ts';

/**
 * Asks for a passkey: begins the ceremony in which it is shown. Only for a step-up, whose user is known, names their passkeys.
 * Throws `not_found` where there are none.
 */
export async function requestPasskey(
  deps: Container,
  purpose: PasskeyPurpose,
  asking: { userId: string; sessionId: string } | null,
): Promise<PasskeyAsked> {
  const party = relyingParty(deps);
  if (!party) throw new AppError('not_found');
  const { challenge, ceremony } = beginCeremony(deps, purpose, asking?.sessionId ?? null);
  const own = asking && (await deps.store.listPasskeys(asking.userId)).filter(({ rpId }) => rpId === party.id);
  return {
    ceremony,
    options: {
      ...{ challenge, rpId: party.id, timeout: ceremonySeconds * 1000, userVerification: 'required' },
      ...(own && { allowCredentials: toDescriptors(own) }),
    },
  };
}

/** Says for what a passkey is shown. */
export interface Showing {
  purpose: PasskeyPurpose;
  /** The user whose passkey it must be; null where the passkey says who it is. */
  userId: string | null;
  /** The session that asked for the ceremony, or those it may be of; null where nobody is signed in. */
  sessionIds?: readonly string[] | null;
  requester: Requester;
}

/** The outcome of a check: `unknown` is a credential id that nobody has here, `refused` any other defect. */
export type Checked = { kind: 'shown'; passkey: PasskeyRow; proof: Proof } | { kind: 'unknown' | 'refused' };

/**
 * Checks a passkey that somebody shows (WebAuthn level 3, section 7.2). Its proof is to be used up in the transaction of what it
 * allows: then the ceremony serves once. Records a device-bound passkey whose counter does not rise, which may be a copy.
 */
export async function checkAssertion(
  deps: Container,
  { ceremony: text, credential }: ShownPasskey,
  { purpose, userId, sessionIds = null, requester }: Showing,
): Promise<Checked> {
  const party = relyingParty(deps);
  const ceremony = openCeremony(deps, text, { purpose, sessionIds });
  const { data: shown } = assertion.safeParse(credential);
  if (!party || !ceremony || !shown) return { kind: 'refused' };
  const passkey = await deps.store.findPasskey(shown.id);
  if (!passkey) return { kind: 'unknown' };
  if (!isOfUser(passkey, shown, userId) || passkey.rpId !== party.id) return { kind: 'refused' };
  const verified = await verify(shown, passkey, { party, challenge: ceremony.challenge });
  if (!verified) return { kind: 'refused' };
  const { counter, backedUp } = verified;
  if (!passkey.synced && counter <= passkey.counter && (counter !== 0 || passkey.counter !== 0)) {
    // An answer that is sent twice, as after a lost response, is no copy of the passkey.
    if (!(await deps.store.isCeremonyUsed(ceremony.use.id))) {
      const about = { userId: passkey.userId, sessionId: null, requester, now: deps.clock() };
      await recordSecurityEvent(deps, newSecurityEvent(deps, 'passkey_refused', about), passkey.userId);
    }
    return { kind: 'refused' };
  }
  const proof: Proof = { kind: 'passkey', passkeyId: passkey.id, counter, backedUp, ceremony: ceremony.use };
  return { kind: 'shown', passkey, proof };
}

/** Decides whether a passkey is of the user who is expected, or else of the one that its user handle names. */
function isOfUser({ userId: owner }: PasskeyRow, { response }: Assertion, userId: string | null): boolean {
  const handle = response.userHandle ?? null;
  if (handle === null ? userId === null : handle !== userHandleOf(owner)) return false;
  return userId === null || owner === userId;
}

/** Verifies signature, origin, relying party, presence and verification of the user. Returns null if any of it is wrong. */
async function verify(
  shown: Assertion,
  { publicKey, synced }: PasskeyRow,
  { party, challenge }: { party: RelyingParty; challenge: string },
): Promise<{ counter: number; backedUp: boolean } | null> {
  // Loaded when the first passkey is shown: no other request pays for it.
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
  const { id, rawId, type, response } = shown;
  const { clientDataJSON, authenticatorData, signature } = response;
  try {
    if (isFramed(clientDataJSON)) return null;
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        ...{ id, rawId, type, clientExtensionResults: {} },
        response: { clientDataJSON, authenticatorData, signature },
      },
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      // The counter is compared here, for device-bound passkeys only: the library refuses synced ones too.
      credential: { id, publicKey: new Uint8Array(publicKey), counter: 0 },
      requireUserVerification: true,
    });
    const { newCounter: counter, credentialBackedUp: backedUp, credentialDeviceType } = authenticationInfo;
    // Whether a passkey may be copied never changes (section 6.1.3).
    return verified && (credentialDeviceType === 'multiDevice') === synced ? { counter, backedUp } : null;
  } catch {
    // Whatever the library finds wrong: nobody is told what.
    return null;
  }
}
