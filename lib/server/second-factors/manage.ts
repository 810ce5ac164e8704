import 'server-only';
import { AppError, bearerError } from '#lib/core/errors.ts';
import type { NewRecoveryCodes, TwoStepRequest, TwoStepState } from '#lib/core/second-factors/contract.ts';
import { logSecurityEvent, newSecurityEvent } from '#lib/server/activity/record.ts';
import { usablePasskeys } from '#lib/server/passkeys/keep.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { type Asking, changeOf, made, readOwnFresh, requireVerified } from './changing.ts';
import { makeRecoveryCodes } from './recovery.ts';

/** Removes the authenticator app, if there is one. Throws `last_factor` while two-step sign-in is on and there is no passkey. */
export async function removeTotp(deps: Container, asking: Asking): Promise<void> {
  const row = await readOwnFresh(deps, asking);
  if (row.twoStep && (await usablePasskeys(deps, row.id)).length === 0) throw new AppError('last_factor');
  if ((await deps.store.findTotp(row.id)) === null) return;
  const change = changeOf(deps, asking, { row, types: ['totp_removed'] });
  if (!(await deps.store.removeTotp(change))) throw bearerError('ended');
  made(deps, change);
}

/**
 * Turns two-step sign-in on, which makes recovery codes where there are none, or off, which removes the app, recovery codes and
 * trusted devices, and keeps passkeys. Where it is so already, nothing changes. Throws `no_factor`, `email_not_verified`, or `invalid_token` when the
 * session has ended or the account was changed meanwhile.
 */
export async function setTwoStep(
  deps: Container,
  asking: Asking,
  { enabled, end_other_sessions: endsOthers }: TwoStepRequest,
): Promise<TwoStepState> {
  const { store, clock } = deps;
  const row = await readOwnFresh(deps, asking);
  if (enabled === row.twoStep) return { two_step: enabled };
  const { totp, recoveryCodes } = await store.findFactors(row.id, clock());
  if (!enabled) {
    const change = changeOf(deps, asking, {
      ...{ row, endsOthers },
      types: totp ? ['two_step_off', 'totp_removed'] : ['two_step_off'],
    });
    if (!(await store.turnTwoStepOff(change))) throw bearerError('ended');
    made(deps, change);
    return { two_step: false };
  }
  requireVerified(deps, row);
  if (!totp && (await usablePasskeys(deps, row.id)).length === 0) throw new AppError('no_factor');
  const codes = recoveryCodes === null ? makeRecoveryCodes() : null;
  const change = changeOf(deps, asking, { row, endsOthers, types: ['two_step_on'] });
  if (!(await store.turnTwoStepOn(change, codes?.hashes ?? null))) throw bearerError('ended');
  made(deps, change);
  return { two_step: true, ...(codes && { recovery_codes: codes.shown }) };
}

/** Makes new recovery codes in the place of all others. Throws `no_factor` while two-step sign-in is off, or `invalid_token`. */
export async function renewRecoveryCodes(deps: Container, asking: Asking): Promise<NewRecoveryCodes> {
  const row = await readOwnFresh(deps, asking);
  if (!row.twoStep) throw new AppError('no_factor');
  const { shown, hashes } = makeRecoveryCodes();
  const change = changeOf(deps, asking, { row, types: ['recovery_codes_made'] });
  if (!(await deps.store.replaceRecoveryCodes(change, hashes))) throw bearerError('ended');
  made(deps, change);
  return { recovery_codes: shown };
}

/** Forgets one of a person's own trusted devices. Throws `not_found` for any other id. */
export async function forgetDevice(
  deps: Container,
  { access: { user, session }, requester }: Asking,
  id: string,
): Promise<void> {
  const about = { userId: user.id, sessionId: session.id, requester, now: deps.clock() };
  const event = newSecurityEvent(deps, 'device_forgotten', about);
  if (!(await deps.store.forgetDevice(user.id, id, event))) throw new AppError('not_found');
  logSecurityEvent(deps.log, event);
}
