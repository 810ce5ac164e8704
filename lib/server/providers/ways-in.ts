import 'server-only';
import type { UserRow } from '#db/store/accounts.ts';
import type { RemovedWaysIn } from '#db/store/mail-links.ts';
import type { WaysIn } from '#db/store/providers.ts';
import type { ShownProof } from '#db/store/second-factors.ts';
import { relyingPartyId } from '#lib/core/passkeys/relying-party.ts';
import type { Requester } from '#lib/core/requester.ts';
import { newSecurityEvent } from '#lib/server/activity/record.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** Returns the ways to sign in that count by the settings. A provider whose issuer its metadata names counts by that of its tenants. */
export function waysIn({ env }: Pick<Container, 'env'>): WaysIn {
  const issuers = env.OIDC_PROVIDERS.flatMap(({ issuer }) => issuer ?? []);
  return { password: env.PASSWORD_SIGN_IN === 'on', issuers, rpId: relyingPartyId(env) };
}

/** Tells whether a user can still sign in without the passkey or the identity that `but` names, by what was read of them. */
export async function hasWayLeft(
  deps: Pick<Container, 'env' | 'store'>,
  { id, passwordHash }: UserRow,
  but: { passkeyId?: string; identityId?: string },
): Promise<boolean> {
  const { password, issuers, rpId } = waysIn(deps);
  if (password && passwordHash !== null) return true;
  const passkeys = await deps.store.listPasskeys(id);
  if (passkeys.some((one) => one.id !== but.passkeyId && one.rpId === rpId)) return true;
  const identities = await deps.store.listIdentities(id);
  return identities.some((one) => one.id !== but.identityId && issuers.includes(one.issuer));
}

/** Describes the removal of identities, and of all passkeys but the one that was shown. */
export async function waysInBeside(
  deps: Pick<Container, 'env' | 'store' | 'clock'>,
  shown: ShownProof | null,
  about: { userId: string; sessionId: null; requester: Requester; now: Date },
): Promise<RemovedWaysIn> {
  const keptPasskeyId = shown?.proof.kind === 'passkey' ? shown.proof.passkeyId : null;
  const others = (await deps.store.listPasskeys(about.userId)).filter(({ id }) => id !== keptPasskeyId);
  const identities = await deps.store.listIdentities(about.userId);
  const types = [
    ...(others.length > 0 ? ['passkey_removed' as const] : []),
    ...(identities.length > 0 ? ['identity_unlinked' as const] : []),
  ];
  return {
    keptPasskeyId,
    rpId: relyingPartyId(deps.env),
    events: types.map((type) => newSecurityEvent(deps, type, about)),
  };
}
