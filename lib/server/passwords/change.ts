import 'server-only';
import type { Access } from '#db/rows.ts';
import { isPasswordTooLong } from '#lib/core/contracts.ts';
import { bearerError } from '#lib/core/errors.ts';
import { passwordProblem } from '#lib/core/passwords/rules.ts';
import { note } from '#lib/server/activity/record.ts';
import { invalid } from '#lib/server/http/body.ts';
import type { Client } from '#lib/server/http/route.ts';
import { limitTries } from '#lib/server/limits/tries.ts';
import { logEvent } from '#lib/server/observability/log.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { type Issued, issueFirst, newEvent, newSession } from '#lib/server/sessions/issue.ts';

/**
 * Sets a new password, ends every session of the person and starts a new one here, in one transaction. Throws
 * `invalid_request` with the field that is wrong, `slow_down` or `temporarily_unavailable`.
 */
export async function changePassword(
  deps: Container,
  access: Access,
  { current, next, client }: { current: string; next: string; client: Client },
): Promise<Issued> {
  const { env, store, hasher } = deps;
  const { user } = access;
  const limit = env.LIMIT_PASSWORD_CHANGE_PER_USER;
  await limitTries(deps, 'password-user', user.id, limit, () => {
    const about = { userId: user.id, sessionId: access.session.id, client, now: deps.clock() };
    void note(deps, newEvent('limit_reached', about), user.id, { ...limit, count: 1 });
  });
  const row = await store.findUser(user.id);
  const known = isPasswordTooLong(current) ? null : (row?.passwordHash ?? null);
  const isMatch = await hasher.compare(current, known);
  if (!row || !isMatch) throw invalid({ current_password: ['This is not your current password.'] });
  const problem = passwordProblem(next, { email: user.email, minLength: env.PASSWORD_MIN_LENGTH });
  if (problem) throw invalid({ new_password: [problem] });
  const passwordHash = await hasher.hash(next);
  const now = deps.clock();
  const session = newSession(deps, { userId: user.id, persistent: access.session.persistent, client, now });
  const event = newEvent('password_changed', { userId: user.id, sessionId: session.id, client, now });
  const outcome = await store.changePassword({
    askingSessionId: access.session.id,
    session,
    // The epoch this session was let in under: if it was raised while hashing, this request came from an ended session.
    credentials: { passwordHash: row.passwordHash, epoch: user.epoch },
    passwordHash,
    event,
  });
  if (outcome === 'stale') throw bearerError('ended');
  logEvent(deps.log, event);
  return issueFirst(deps, session, user);
}
