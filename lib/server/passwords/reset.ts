import 'server-only';
import { AppError, invalid } from '#lib/core/errors.ts';
import { limitBucket } from '#lib/core/limits/address.ts';
import type { PasswordResetRequest } from '#lib/core/passwords/contract.ts';
import { passwordProblem } from '#lib/core/passwords/rules.ts';
import type { Requester } from '#lib/core/requester.ts';
import { logSecurityEvent, newSecurityEvent } from '#lib/server/activity/record.ts';
import { linkIdOf } from '#lib/server/crypto/mail-secrets.ts';
import { limitTries } from '#lib/server/limits/tries.ts';
import { waysInBeside } from '#lib/server/providers/ways-in.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { proofOfLink } from '#lib/server/second-factors/of-link.ts';
import { proofsOf } from '#lib/server/second-factors/proofs.ts';
import { readableEmail } from '#lib/server/sessions/user.ts';

/**
 * Sets the password with a link, once, and ends every session of the user, without signing in. Where two-step sign-in is on, it
 * takes a proof as well, and leaves the factors as they are; `remove_ways_in` removes identities and all passkeys but the one shown, and so does a
 * mailed link to an address that no mail of ours has proved before, while two-step sign-in is off. Throws `second_step_required` without one, `invalid_request` with
 * fields `token` (unknown, used or expired), `new_password` (too weak) or `code` (wrong), `slow_down` or
 * `temporarily_unavailable`. Only a void link, or the last wrong code of one, keeps it from being used again.
 */
export async function resetPassword(
  deps: Container,
  { token, new_password: password, remove_ways_in = false, ...typed }: PasswordResetRequest,
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
  const { link, user } = found;
  const factors = await proofsOf(deps, user.id);
  const proof = user.twoStep ? await proofOfLink(deps, { link, factors, typed, requester }) : null;
  const passwordHash = await hasher.hash(password);
  const about = { userId: user.id, sessionId: null, requester, now: deps.clock() };
  const event = newSecurityEvent(deps, 'password_reset', about);
  const shown = proof?.shown ?? null;
  // Nobody has read our mail at the address before: a stranger may have made the account, and added ways into it.
  const isProved = user.emailVerifiedAt !== null && !user.emailVouched;
  const isClaimed = link.kind === 'reset' && !isProved && !user.twoStep;
  const waysIn = remove_ways_in || isClaimed ? await waysInBeside(deps, shown, about) : null;
  const outcome = await store.redeemPasswordLink({ link, passwordHash, event, proof: shown, waysIn });
  if (proof && outcome === 'wrong_proof') throw await proof.refuse();
  if (outcome !== 'used') {
    const again = proof ? null : await findLink(deps, token);
    if (!again?.user.twoStep) throw invalid(voidLink);
    // Two-step sign-in was turned on since the link was read, which is good still.
    throw new AppError('second_step_required', { secondStep: { factors: await proofsOf(deps, user.id) } });
  }
  deps.outbox.wake();
  logSecurityEvent(deps.log, event);
  for (const also of [shown?.event, ...(waysIn?.events ?? [])]) if (also) logSecurityEvent(deps.log, also);
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
