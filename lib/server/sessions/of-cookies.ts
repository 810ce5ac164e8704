import 'server-only';
import type { SessionWithUser } from '#db/store/sessions.ts';
import { isOver, sessionNow } from '#lib/core/sessions/rotation.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** The values of a request's two cookies; null for each that is absent. */
export interface CookieValues {
  refresh: string | null;
  pageSession: string | null;
}

/** Finds the session that a refresh token names, when it is authentic, of whatever generation and age. */
export async function sessionOfRefreshToken(deps: Container, token: string | null): Promise<SessionWithUser | null> {
  const presented = deps.refreshTokens.parse(token);
  const found = presented && (await deps.store.findSession(presented.sessionId));
  return found && deps.refreshTokens.isOf(found.session, presented) ? found : null;
}

/** Finds the id of the session that a refresh token names: enough to end it. */
export async function sessionIdOfRefreshToken(deps: Container, token: string | null): Promise<string | null> {
  return (await sessionOfRefreshToken(deps, token))?.session.id ?? null;
}

/** Finds the sessions that both cookies name, of whatever generation and age: one, unless cookies of two were mixed. */
export async function sessionIdsOfCookies(deps: Container, cookies: CookieValues): Promise<Set<string>> {
  const named = await Promise.all([
    sessionIdOfRefreshToken(deps, cookies.refresh),
    deps.pageSessions.sessionIdOf(cookies.pageSession),
  ]);
  return new Set(named.filter((id) => id !== null));
}

/** Whether the cookies name a session that lives. */
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
