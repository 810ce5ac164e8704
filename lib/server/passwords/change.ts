import 'server-only';
import type { AccessRow } from '#db/store/sessions.ts';
import { bearerError, invalid } from '#lib/core/errors.ts';
import { isPasswordTooLong, passwordProblem } from '#lib/core/passwords/rules.ts';
import type { Requester } from '#lib/core/requester.ts';
import { authTimeOf } from '#lib/core/sessions/authentication.ts';
import { newSecurityEvent, recordSecurityEvent } from '#lib/server/activity/record.ts';
import { limitTries } from '#lib/server/limits/tries.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { beginSession } from '#lib/server/sessions/begin.ts';
import { requireFresh } from '#lib/server/sessions/fresh.ts';
import { type Issued, issueFirst } from '#lib/server/sessions/issue.ts';
import { readableEmail } from '#lib/server/sessions/user.ts';

/**
 * Sets a new password, ends every session of the user and begins a new one for the requester, in one transaction.
 * An account without a password gets its first. Throws `insufficient_user_authentication` where that is so, or two-step sign-in is
 * on, and the session is not fresh, `invalid_request` with
 * each wrong field, `invalid_token` when the requester's session has ended meanwhile, `slow_down` or
 * `temporarily_unavailable`.
 */
export async function changePassword(
  deps: Container,
  { user, session: asking }: AccessRow,
  { current, next, requester }: { current: string | undefined; next: string; requester: Requester },
): Promise<Issued> {
  const { env, store, hasher } = deps;
  const row = await store.findUser(user.id);
  // Asked after the row was read: once two-step sign-in is turned on, what was shown before it is no longer good.
  const isFirst = row?.passwordHash === null && current === undefined;
  if (row?.twoStep || isFirst) await requireFresh(deps, asking.id);
  const shownBefore = isFirst ? (await store.findSession(asking.id))?.session : undefined;
  await limitChanges(deps, { userId: user.id, sessionId: asking.id, requester });
  const isMatch = isFirst || (await isPassword(deps, current ?? '', row?.passwordHash ?? null));
  const problem = passwordProblem(next, { email: readableEmail(user.email), minLength: env.PASSWORD_MIN_LENGTH });
  if (!row || !isMatch || problem !== null) {
    throw invalid({
      ...((!row || !isMatch) && { current_password: ['This is not your current password.'] }),
      ...(problem !== null && { new_password: [problem] }),
    });
  }
  const passwordHash = await hasher.hash(next);
  // Takes the epoch that the access check read: if it was raised while hashing, the requester's session has ended.
  const shown = { credentialVersion: row.credentialVersion, epoch: user.epoch };
  const session = await beginSession(deps, {
    userId: user.id,
    basis: { kind: 'new_password', shown, askingSessionId: asking.id, passwordHash },
    event: isFirst ? 'password_added' : 'password_changed',
    // Who sets a first password has shown nothing by that.
    ...(shownBefore && { amr: shownBefore.amr, authTime: authTimeOf(shownBefore) }),
    persistent: asking.persistent,
    requester,
  });
  if (!session) throw bearerError('ended');
  return issueFirst(deps, session, user);
}

/** Compares a password with the stored hash, if there is one. */
function isPassword({ hasher }: Container, typed: string, hash: string | null): Promise<boolean> {
  return hasher.compare(typed, isPasswordTooLong(typed) ? null : hash);
}

/** Counts one try and records the first refused one of each window as a security event. Throws `slow_down`. */
function limitChanges(
  deps: Container,
  about: { userId: string; sessionId: string; requester: Requester },
): Promise<void> {
  const limit = deps.env.LIMIT_PASSWORD_CHANGE_PER_USER;
  return limitTries(deps, 'password-user', about.userId, 'LIMIT_PASSWORD_CHANGE_PER_USER', () => {
    const event = newSecurityEvent(deps, 'limit_reached', { ...about, now: deps.clock() });
    void recordSecurityEvent(deps, event, about.userId, { ...limit, count: 1 });
  });
}
