import 'server-only';
import { createHash, randomBytes } from 'node:crypto';
import { invalid } from '#lib/core/errors.ts';
import { limitBucket } from '#lib/core/limits/address.ts';
import type { PasswordResetRequest } from '#lib/core/passwords/contract.ts';
import { passwordProblem } from '#lib/core/passwords/rules.ts';
import { passwordResetSeconds } from '#lib/core/policy.ts';
import type { Requester } from '#lib/core/requester.ts';
import { paths } from '#lib/core/routes.ts';
import { logSecurityEvent, newSecurityEvent } from '#lib/server/activity/record.ts';
import { limitTries } from '#lib/server/limits/tries.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/**
 * Makes a link with which the person sets a new password, once, within `passwordResetSeconds`. Its secret (256 bits) stands in the
 * fragment, which browsers send to nobody; the database has its hash. An earlier link of the person is void.
 */
export async function newResetLink(deps: Pick<Container, 'store' | 'env' | 'clock'>, userId: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(deps.clock().getTime() + passwordResetSeconds * 1000);
  await deps.store.addOneTimeLink({ userId, purpose: 'password_reset', tokenHash: hashOf(token), expiresAt });
  return `${deps.env.APP_URL}${paths.reset}#${token}`;
}

/**
 * Sets the password by such a link and ends every session of the person. Signs nobody in. Throws `invalid_request` (`token`:
 * unknown, used or over; `new_password`: not good enough, the link stays good), `slow_down` or `temporarily_unavailable`.
 */
export async function resetPassword(
  deps: Container,
  { token, new_password: password }: PasswordResetRequest,
  requester: Requester,
): Promise<void> {
  const { env, store, hasher } = deps;
  await limitTries(deps, 'reset-address', limitBucket(requester.ip), env.LIMIT_LOGIN_PER_ADDRESS);
  const tokenHash = hashOf(token);
  const user = await store.findOneTimeLink('password_reset', tokenHash, deps.clock());
  const problem = passwordProblem(password, { email: user?.email ?? '', minLength: env.PASSWORD_MIN_LENGTH });
  const wrongPassword = problem === null ? {} : { new_password: [problem] };
  if (!user) throw invalid({ ...voidLink, ...wrongPassword });
  if (problem !== null) throw invalid(wrongPassword);
  const passwordHash = await hasher.hash(password);
  const about = { userId: user.id, sessionId: null, requester, now: deps.clock() };
  const event = newSecurityEvent('password_reset', about);
  const outcome = await store.redeemPasswordReset({ tokenHash, userId: user.id, passwordHash, event });
  if (outcome === 'void') throw invalid(voidLink);
  logSecurityEvent(deps.log, event);
}

const voidLink = {
  token: ['This link was used before, or its time is over. Ask whoever gave it to you for a new one.'],
};

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
