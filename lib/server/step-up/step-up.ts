import 'server-only';
import type { AccessRow } from '#db/store/sessions.ts';
import { bearerError, invalid } from '#lib/core/errors.ts';
import { isPasswordTooLong } from '#lib/core/passwords/rules.ts';
import type { Requester } from '#lib/core/requester.ts';
import { newSecurityEvent, recordSecurityEvent } from '#lib/server/activity/record.ts';
import { limitTries } from '#lib/server/limits/tries.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { type Issued, issueFirst } from '#lib/server/sessions/issue.ts';
import { succeedSession } from '#lib/server/sessions/succeed.ts';

/**
 * Takes the password of a signed-in person once more, and issues the tokens of a successor, whose `auth_time` is now. Throws
 * `invalid_request` with field `password`, `invalid_token` when the session has ended or its credentials changed meanwhile,
 * `slow_down` or `temporarily_unavailable`.
 */
export async function stepUp(
  deps: Container,
  { user, session }: AccessRow,
  { password, requester }: { password: string; requester: Requester },
): Promise<Issued> {
  const { store, hasher } = deps;
  const about = { userId: user.id, sessionId: session.id, requester };
  await limitTries(deps, 'step-up-user', user.id, 'LIMIT_STEP_UP_PER_USER');
  const row = await store.findUser(user.id);
  const known = isPasswordTooLong(password) ? null : (row?.passwordHash ?? null);
  const isMatch = await hasher.compare(password, known);
  if (!row || !isMatch) {
    const event = newSecurityEvent(deps, 'step_up_failed', { ...about, now: deps.clock() });
    await recordSecurityEvent(deps, event, user.id);
    throw invalid({ password: ['This is not your password.'] });
  }
  // Takes the epoch that the access check read: if it was raised since, other sessions were ended, perhaps this one too.
  const shown = { credentialVersion: row.credentialVersion, epoch: user.epoch };
  const successor = await succeedSession(deps, session.id, { shown, amr: 'pwd', requester });
  if (!successor) throw bearerError('ended');
  return issueFirst(deps, successor, user);
}
