import 'server-only';
import { createHash, randomBytes } from 'node:crypto';
import { limitBucket } from '#lib/core/client-address.ts';
import type { PasswordResetRequest } from '#lib/core/contracts.ts';
import { passwordProblem } from '#lib/core/password-rules.ts';
import { passwordResetSeconds } from '#lib/core/policy.ts';
import { paths } from '#lib/core/routes.ts';
import type { Container } from './container.ts';
import { invalid } from './http/body.ts';
import type { Client } from './http/route.ts';
import { logEvent } from './log.ts';
import { limitTries } from './rate-limit.ts';
import { newEvent } from './session.ts';

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
