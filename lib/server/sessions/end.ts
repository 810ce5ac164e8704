import 'server-only';
import { AppError } from '#lib/core/errors.ts';
import type { Requester } from '#lib/core/requester.ts';
import { logSecurityEvent, newSecurityEvent } from '#lib/server/activity/record.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import type { CurrentSession } from './list.ts';
import { type CookieValues, sessionIdsOfCookies } from './of-cookies.ts';

/**
 * Ends the sessions that the two cookies name, of whatever generation and age. Returns their ids, once each is known to be
 * ended or never to have existed. Throws `StoreUnavailable` when that could not be written; the cookies must then be kept.
 */
export async function logout(deps: Container, cookies: CookieValues, requester: Requester): Promise<string[]> {
  const ids = [...(await sessionIdsOfCookies(deps, cookies))];
  for (const id of ids) {
    const found = await deps.store.findSession(id);
    if (!found) continue;
    const about = { userId: found.user.id, sessionId: id, requester, now: deps.clock() };
    const event = newSecurityEvent(deps, 'signed_out', about);
    if (await deps.store.endSession(id, 'signed_out', event)) logSecurityEvent(deps.log, event);
  }
  return ids;
}

/** Ends one of the user's own sessions. Throws `not_found` for any other id. */
export async function endSession(deps: Container, userId: string, id: string, requester: Requester): Promise<void> {
  const event = newSecurityEvent(deps, 'session_ended', { userId, sessionId: id, requester, now: deps.clock() });
  if (!(await deps.store.endOwnSession(userId, id, event))) throw new AppError('not_found');
  logSecurityEvent(deps.log, event);
}

/** Ends every session of the user, or every one but the current. */
export async function endAllSessions(
  deps: Container,
  { userId, sessionId }: CurrentSession,
  { exceptCurrent, requester }: { exceptCurrent: boolean; requester: Requester },
): Promise<void> {
  const event = newSecurityEvent(deps, 'signed_out_everywhere', { userId, sessionId, requester, now: deps.clock() });
  await deps.store.endAllSessions(userId, exceptCurrent ? sessionId : null, event);
  logSecurityEvent(deps.log, event);
}
