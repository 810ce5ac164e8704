import 'server-only';
import type { UserRow } from '#db/rows.ts';
import { isPasswordTooLong } from '#lib/core/contracts.ts';
import { AppError } from '#lib/core/errors.ts';
import { note } from '#lib/server/activity/record.ts';
import { logEvent } from '#lib/server/observability/log.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { type Issued, issueFirst, newEvent, newSession, sessionIdOfRefreshToken } from '#lib/server/sessions/issue.ts';
import { type Attempt, limitSignIn } from './limits.ts';

/**
 * Signs in with a password and ends the session that the browser came with. An unknown address and a wrong password answer
 * alike and take the same time. Throws `invalid_grant`, `slow_down` or `temporarily_unavailable`.
 */
export async function signIn(deps: Container, attempt: Attempt): Promise<Issued> {
  await limitSignIn(deps, attempt);
  // A hash that is upgraded or an epoch that is raised between reading and writing makes the first try stale, not wrong.
  const issued = (await trySignIn(deps, attempt)) ?? (await trySignIn(deps, attempt));
  if (!issued) throw new AppError('invalid_grant');
  deps.metrics.signIn('signed_in');
  return issued;
}

async function trySignIn(deps: Container, { request, client, refreshToken }: Attempt): Promise<Issued | null> {
  const { store, hasher, metrics } = deps;
  const { email, password, remember } = request;
  const user = await store.findUserByEmail(email);
  const known = isPasswordTooLong(password) ? null : (user?.passwordHash ?? null);
  const isMatch = await hasher.compare(password, known);
  const now = deps.clock();
  if (!user || !isMatch) {
    const failed = newEvent('sign_in_failed', { userId: user?.id ?? null, sessionId: null, client, now });
    // Not waited for: the answer must take as long as for an address that nobody has.
    setImmediate(() => note(deps, failed, email));
    metrics.signIn('refused');
    throw new AppError('invalid_grant');
  }
  const passwordHash = await upgradedHash(deps, user, password);
  const session = newSession(deps, { userId: user.id, persistent: remember ?? false, client, now });
  const event = newEvent('signed_in', { userId: user.id, sessionId: session.id, client, now });
  const outcome = await store.signIn({
    session,
    credentials: { passwordHash, epoch: user.epoch },
    endSessionId: await sessionIdOfRefreshToken(deps, refreshToken),
    event,
  });
  if (outcome === 'stale') return null;
  logEvent(deps.log, event);
  return issueFirst(deps, session, user);
}

/** The stored hash, made anew first when the configured cost has risen since. */
async function upgradedHash({ store, hasher }: Container, user: UserRow, password: string): Promise<string> {
  if (!hasher.isOutdated(user.passwordHash)) return user.passwordHash;
  const upgraded = await hasher.hash(password);
  return (await store.upgradePasswordHash(user.id, user.passwordHash, upgraded)) ? upgraded : user.passwordHash;
}
