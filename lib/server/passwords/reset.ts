import 'server-only';
import { createHash, randomBytes } from 'node:crypto';
import type { PasswordResetRequest } from '#lib/core/contracts.ts';
import { limitBucket } from '#lib/core/limits/address.ts';
import { passwordProblem } from '#lib/core/passwords/rules.ts';
import { passwordResetSeconds } from '#lib/core/policy.ts';
import { paths } from '#lib/core/routes.ts';
import { invalid } from '#lib/server/http/body.ts';
import type { Client } from '#lib/server/http/route.ts';
import { limitTries } from '#lib/server/limits/tries.ts';
import { logEvent } from '#lib/server/observability/log.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { newEvent } from '#lib/server/sessions/issue.ts';

/**
 * A link with which the person sets a new password, once, within `passwordResetSeconds`. Its secret (256 bits) stands in the
 * fragment, which browsers send to nobody; the database has its hash. An earlier link of the person is void.
 */
export async function newResetLink(deps: Pick<Container, 'store' | 'env' | 'clock'>, userId: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(deps.clock().getTime() + passwordResetSeconds * 1000);
  await deps.store.addPasswordReset({ userId, tokenHash: hashOf(token), expiresAt });
  return `${deps.env.APP_URL}${paths.reset}#${token}`;
}

/**
 * Sets the password by such a link and ends every session of the person. Signs nobody in. Throws `invalid_request` (`token`:
 * unknown, used or over; `new_password`: not good enough, the link stays good), `slow_down` or `temporarily_unavailable`.
 */
export async function resetPassword(
  deps: Container,
  { token, new_password: password }: PasswordResetRequest,
  client: Client,
): Promise<void> {
  const { env, store, hasher } = deps;
  await limitTries(deps, 'reset-address', limitBucket(client.ip), env.LIMIT_LOGIN_PER_ADDRESS);
  const tokenHash = hashOf(token);
  const user = await store.findPasswordReset(tokenHash, deps.clock());
  if (!user) throw voidLink();
  const problem = passwordProblem(password, { email: user.email, minLength: env.PASSWORD_MIN_LENGTH });
  if (problem) throw invalid({ new_password: [problem] });
  const passwordHash = await hasher.hash(password);
  const event = newEvent('password_reset', { userId: user.id, sessionId: null, client, now: deps.clock() });
  const outcome = await store.redeemPasswordReset({ tokenHash, userId: user.id, passwordHash, event });
  if (outcome === 'void') throw voidLink();
  logEvent(deps.log, event);
}

const voidLink = () =>
  invalid({ token: ['This link was used before, or its time is over. Ask whoever gave it to you for a new one.'] });

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
