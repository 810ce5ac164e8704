import 'server-only';
import type { PasskeyRow } from '#db/store/passkeys.ts';
import { AppError, bearerError, invalid } from '#lib/core/errors.ts';
import type { AddPasskeyRequest, CreationAsked, PasskeyInfo } from '#lib/core/passkeys/contract.ts';
import { passkeysLimit } from '#lib/core/policy.ts';
import { hasWayLeft, waysIn } from '#lib/server/providers/ways-in.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import {
  type Asking,
  changeOf,
  made,
  readOwn,
  readOwnFresh,
  requireVerified,
} from '#lib/server/second-factors/changing.ts';
import { requireStrong } from '#lib/server/sessions/fresh.ts';
import { ownSessionIds } from '#lib/server/sessions/own.ts';
import { relyingParty } from './ceremony.ts';
import { checkCreation, requestCreation } from './creation.ts';

/** Begins to make a passkey. Throws `not_found`, `email_not_verified`, `too_many_passkeys`, or `invalid_token`. */
export async function startPasskey(deps: Container, asking: Asking): Promise<CreationAsked> {
  requirePasskeys(deps);
  const row = await readOwnFresh(deps, asking);
  requireVerified(deps, row);
  await requireRoom(deps, row.id);
  return requestCreation(deps, row, asking.access.session.id);
}

/**
 * Adds the passkey that was made. Throws `invalid_request` with field `credential`, `not_found`, `email_not_verified`,
 * `too_many_passkeys`, `insufficient_user_authentication`, or `invalid_token`.
 */
export async function addPasskey(deps: Container, asking: Asking, request: AddPasskeyRequest): Promise<PasskeyInfo> {
  requirePasskeys(deps);
  const { user, session } = asking.access;
  const row = await readOwn(deps, asking);
  // Two-step sign-in may have been turned on since the ceremony began.
  if (row.twoStep) await requireStrong(deps, session.id);
  requireVerified(deps, row);
  await requireRoom(deps, user.id);
  const sessionIds = await ownSessionIds(deps, session.id);
  const checked = await checkCreation(deps, request, { userId: user.id, sessionIds });
  if (!checked) throw invalid({ credential: ['This passkey was not taken. Try again.'] });
  const change = changeOf(deps, asking, { row, types: ['passkey_added'] });
  const outcome = await deps.store.addPasskey(change, checked.passkey, checked.ceremony);
  if (outcome === 'taken') {
    // Browsers send a request again where a connection broke: then it is the answer that was lost.
    const own = await deps.store.findPasskey(checked.passkey.credentialId);
    if (own?.userId === user.id) return toPasskey(own);
    throw invalid({ credential: ['This passkey is known here already.'] });
  }
  if (outcome === 'refused') throw bearerError('ended');
  made(deps, change);
  return toPasskey(checked.passkey);
}

/** Lists a person's own passkeys. Throws `not_found` where there are none. */
export async function listPasskeys(deps: Container, userId: string): Promise<PasskeyInfo[]> {
  requirePasskeys(deps);
  return (await deps.store.listPasskeys(userId)).map(toPasskey);
}

/** Gives one of a person's own passkeys another name. Throws `not_found` for any other id. */
export async function renamePasskey(deps: Container, userId: string, id: string, name: string): Promise<PasskeyInfo> {
  requirePasskeys(deps);
  const renamed = await deps.store.renamePasskey(userId, id, name);
  if (!renamed) throw new AppError('not_found');
  return toPasskey(renamed);
}

/**
 * Removes one of a person's own passkeys. Throws `not_found` for any other id, `last_factor` while two-step sign-in needs it,
 * `last_way_in` where nothing else signs in, or `invalid_token`.
 */
export async function removePasskey(deps: Container, asking: Asking, id: string): Promise<void> {
  requirePasskeys(deps);
  const row = await readOwnFresh(deps, asking);
  const own = await deps.store.listPasskeys(row.id);
  if (!own.some((one) => one.id === id)) throw new AppError('not_found');
  const isLast = (await usablePasskeys(deps, row.id)).every((one) => one.id === id);
  if (isLast && row.twoStep && (await deps.store.findTotp(row.id)) === null) throw new AppError('last_factor');
  if (!(await hasWayLeft(deps, row, { passkeyId: id }))) throw new AppError('last_way_in');
  const change = changeOf(deps, asking, { row, types: ['passkey_removed'] });
  if (!(await deps.store.removePasskey(change, id, waysIn(deps)))) throw bearerError('ended');
  made(deps, change);
}

/** Lists the passkeys of a user that work here: none of those that were made for another domain does. */
export async function usablePasskeys(deps: Container, userId: string): Promise<PasskeyRow[]> {
  const party = relyingParty(deps);
  return (await deps.store.listPasskeys(userId)).filter(({ rpId }) => rpId === party?.id);
}

export function toPasskey({ id, name, synced, createdAt, lastUsedAt }: PasskeyRow): PasskeyInfo {
  return {
    ...{ id, name, synced },
    created_at: createdAt.toISOString(),
    last_used_at: lastUsedAt?.toISOString() ?? null,
  };
}

function requirePasskeys(deps: Container): void {
  if (!relyingParty(deps)) throw new AppError('not_found');
}

async function requireRoom({ store }: Container, userId: string): Promise<void> {
  if ((await store.listPasskeys(userId)).length >= passkeysLimit) throw new AppError('too_many_passkeys');
}
