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
import { readableEmail } from '#lib/server/sessions/user.ts';

/**
 * Makes a one-time link for setting a new password, valid for `passwordResetSeconds`, and voids the user's earlier
 * link. Its secret (256 bits) is in the fragment, which browsers never send; the database stores its hash.
 */
export async function newResetLink(deps: Pick<Container, 'store' | 'env' | 'clock'>, userId: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(deps.clock().getTime() + passwordResetSeconds * 1000);
  await deps.store.addOneTimeLink({ userId, purpose: 'password_reset', tokenHash: hashOf(token), expiresAt });
  return `${deps.env.APP_URL}${paths.reset}#${token}`;
}

/**
 * Sets the password with a one-time link and ends every session of the user, without signing in. Throws
 * `invalid_request` with fields `token` (unknown, used or expired) or `new_password` (too weak; the link stays valid),
 * `slow_down` or `temporarily_unavailable`.
 */
export async function resetPassword(
  deps: Container,
  { token, new_password: password }: PasswordResetRequest,
  requester: Requester,
): Promise<void> {
  const { env, store, hasher } = deps;
  await limitTries(deps, 'reset-address', limitBucket(requester.ip), 'LIMIT_LOGIN_PER_ADDRESS');
  const tokenHash = hashOf(token);
  const user = await store.findOneTimeLink('password_reset', tokenHash, deps.clock());
  const problem = passwordProblem(password, {
    email: readableEmail(user?.email ?? ''),
    minLength: env.PASSWORD_MIN_LENGTH,
  });
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
