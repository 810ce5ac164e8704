import 'server-only';
import type { UserRow } from '#db/store/accounts.ts';
import { AppError, passwordsOff } from '#lib/core/errors.ts';
import { isPasswordTooLong } from '#lib/core/passwords/rules.ts';
import { newSecurityEvent, recordSecurityEvent } from '#lib/server/activity/record.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import type { AskedSecondStep } from '#lib/server/second-factors/waiting.ts';
import { beginSession } from '#lib/server/sessions/begin.ts';
import { type Issued, issueFirst } from '#lib/server/sessions/issue.ts';
import { type Attempt, limitSignIn } from './limits.ts';
import { askSecondStep } from './second-step.ts';
import { type DeviceCookie, tradeDevice } from './trusted-devices.ts';

/** Tokens of a session that has begun, and the new cookie of a trusted device if there is one. */
export interface SignedIn {
  issued: Issued;
  device: DeviceCookie | null;
}

/**
 * Signs in with a password and ends the session that the browser came with; where two-step sign-in is on and the browser is
 * not trusted, asks for the second step and begins no session. An unknown email address, an account without a password and a
 * wrong password get the same answer after the same time. Throws `invalid_grant`, `slow_down` or `temporarily_unavailable`.
 */
export async function signIn(deps: Container, attempt: Attempt): Promise<SignedIn | AskedSecondStep> {
  if (deps.env.PASSWORD_SIGN_IN === 'off') throw passwordsOff();
  await limitSignIn(deps, attempt);
  // When credentials or epoch change between reading and writing, the first try is stale and not wrong, so it is
  // repeated once.
  const outcome = (await trySignIn(deps, attempt)) ?? (await trySignIn(deps, attempt));
  if (!outcome) throw new AppError('invalid_grant');
  if ('issued' in outcome) deps.metrics.signIn('signed_in');
  return outcome;
}

async function trySignIn(deps: Container, attempt: Attempt): Promise<SignedIn | AskedSecondStep | null> {
  const { request, requester, refreshToken } = attempt;
  const { store, hasher, metrics } = deps;
  const { email, password, remember } = request;
  const user = await store.findUserByEmail(email);
  const known = isPasswordTooLong(password) ? null : (user?.passwordHash ?? null);
  const isMatch = await hasher.compare(password, known);
  if (!user || !isMatch) {
    const about = { userId: user?.id ?? null, sessionId: null, requester, now: deps.clock(), method: 'password' };
    // Not awaited: the answer must take as long as for an email without an account.
    setImmediate(() => recordSecurityEvent(deps, newSecurityEvent(deps, 'sign_in_failed', about), email));
    metrics.signIn('refused');
    throw new AppError('invalid_grant');
  }
  await upgradeHash(deps, user, password);
  const traded = user.twoStep ? await tradeDevice(deps, user, attempt) : null;
  if (user.twoStep && !traded) {
    return askSecondStep(deps, user, { persistent: remember ?? false, requester, refreshToken });
  }
  const session = await beginSession(deps, {
    userId: user.id,
    basis: { kind: 'credentials', shown: user, ...(traded && { device: traded.device }) },
    event: 'signed_in',
    persistent: remember ?? false,
    requester,
    refreshToken,
    isLeaving: user.deletesAt !== null,
  });
  return session && { issued: issueFirst(deps, session, user), device: traded?.cookie ?? null };
}

/** Replaces the stored hash when the configured cost has changed since it was made. */
async function upgradeHash({ store, hasher }: Container, user: UserRow, password: string): Promise<void> {
  const { id, passwordHash } = user;
  if (passwordHash !== null && hasher.isOutdated(passwordHash))
    await store.upgradePasswordHash(id, passwordHash, await hasher.hash(password));
}
