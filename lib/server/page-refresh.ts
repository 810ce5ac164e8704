import 'server-only';
import { isOver, sessionNow } from '#lib/core/rotation.ts';
import type { Container } from './container.ts';

/**
 * Whether a page can be rendered from the seal as it is: not due, of the head's or parent's generation, of the living session
 * that the refresh cookie names. Then a navigation to GET refresh (a second tab, a stale redirect) rotates nothing.
 */
export async function isPageSessionFresh(
  deps: Container,
  cookies: { refresh: string | null; session: string | null },
): Promise<boolean> {
  const page = await deps.sessionCookies.open(cookies.session, deps.clock());
  const presented = deps.refreshTokens.parse(cookies.refresh);
  if (!page || page.isDue || presented?.sessionId !== page.claims.sessionId) return false;
  const found = await deps.store.findSession(presented.sessionId);
  if (!found || found.user.id !== page.claims.userId || !deps.refreshTokens.isOf(found.session, presented))
    return false;
  const { session, user } = found;
  const now = sessionNow(session, deps.clock().getTime());
  const isLiving = !isOver(session, { user: user.epoch, app: deps.env.AUTH_EPOCH }, now);
  return isLiving && (page.claims.generation === session.head || page.claims.generation === session.parent);
}
