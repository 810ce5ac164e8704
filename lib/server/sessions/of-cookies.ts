import 'server-only';
import type { SessionWithUser } from '#db/store/sessions.ts';
import { isOver, sessionNow } from '#lib/core/sessions/rotation.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** The values of a request's two cookies; each is null when absent. */
export interface CookieValues {
  refresh: string | null;
  pageSession: string | null;
}

/** Finds the session of an authentic refresh token, of whatever generation and age. */
export async function sessionOfRefreshToken(deps: Container, token: string | null): Promise<SessionWithUser | null> {
  const presented = deps.refreshTokens.parse(token);
  const found = presented && (await deps.store.findSession(presented.sessionId));
  return found && deps.refreshTokens.nonceMatches(found.session, presented) ? found : null;
}

/** Finds the id of an authentic refresh token's session: enough to end it. */
export async function sessionIdOfRefreshToken(deps: Container, token: string | null): Promise<string | null> {
  return (await sessionOfRefreshToken(deps, token))?.session.id ?? null;
}

/** Finds the ids of the sessions that the two cookies name, of whatever generation and age: usually the same one. */
export async function sessionIdsOfCookies(deps: Container, cookies: CookieValues): Promise<Set<string>> {
  const named = await Promise.all([
    sessionIdOfRefreshToken(deps, cookies.refresh),
    deps.pageSessions.sessionIdOf(cookies.pageSession),
  ]);
  return new Set(named.filter((id) => id !== null));
}

/** Decides whether the cookies name a session that is alive. */
export async function hasLivingSession(deps: Container, cookies: CookieValues): Promise<boolean> {
  for (const id of await sessionIdsOfCookies(deps, cookies)) {
    const found = await deps.store.findSession(id);
    if (!found) continue;
    const { session, user } = found;
    const now = sessionNow(session, deps.clock().getTime());
    if (!isOver(session, { user: user.epoch, app: deps.env.AUTH_EPOCH }, now)) return true;
  }
  return false;
}
