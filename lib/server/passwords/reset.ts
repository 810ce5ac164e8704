import 'server-only';
import { invalid } from '#lib/core/errors.ts';
import { limitBucket } from '#lib/core/limits/address.ts';
import type { PasswordResetRequest } from '#lib/core/passwords/contract.ts';
import { passwordProblem } from '#lib/core/passwords/rules.ts';
import type { Requester } from '#lib/core/requester.ts';
import { logSecurityEvent, newSecurityEvent } from '#lib/server/activity/record.ts';
import { linkIdOf } from '#lib/server/crypto/mail-secrets.ts';
import { limitTries } from '#lib/server/limits/tries.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { readableEmail } from '#lib/server/sessions/user.ts';

/**
 * Sets the password with a link, once, and ends every session of the user, without signing in. Throws
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
  const found = await findLink(deps, token);
  const problem = passwordProblem(password, {
    email: readableEmail(found?.user.email ?? ''),
    minLength: env.PASSWORD_MIN_LENGTH,
  });
  const wrongPassword = problem === null ? {} : { new_password: [problem] };
  if (!found) throw invalid({ ...voidLink, ...wrongPassword });
  if (problem !== null) throw invalid(wrongPassword);
  const passwordHash = await hasher.hash(password);
  const about = { userId: found.user.id, sessionId: null, requester, now: deps.clock() };
  const event = newSecurityEvent(deps, 'password_reset', about);
  const outcome = await store.redeemPasswordLink({ link: found.link, passwordHash, event });
  if (outcome === 'void') throw invalid(voidLink);
  logSecurityEvent(deps.log, event);
}

/** Finds the link that a token is of, and its user. Returns null unless it is there, good, of a kind that sets passwords and exactly this one. */
async function findLink({ store, clock, mailSecrets }: Container, token: string) {
  const id = linkIdOf(token);
  const found = id === null ? null : await store.findMailLink(id, clock());
  if (!found || found.link.kind === 'undo') return null;
  return mailSecrets.isTokenOf(token, found.link) ? found : null;
}

const voidLink = {
  token: ['This link was used before, or its time is over. Ask for a new one.'],
};
