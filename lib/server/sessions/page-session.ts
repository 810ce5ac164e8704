import 'server-only';
import type { Container } from '#lib/server/runtime/container.ts';
import { checkAccess } from './access.ts';
import type { CookieValues } from './of-cookies.ts';

/**
 * Decides whether a page can be rendered from the page session as it is: not due, of the head or the parent, and of the
 * living session that the refresh cookie names. Then a navigation to GET refresh (of a second tab, by a stale redirect)
 * rotates nothing. Confirms the generation as the page itself would, so that a database that cannot write fails here
 * and not in a loop of redirects.
 */
export async function isPageSessionFresh(deps: Container, cookies: CookieValues): Promise<boolean> {
  const page = await deps.pageSessions.open(cookies.pageSession, deps.clock());
  const presented = deps.refreshTokens.parse(cookies.refresh);
  if (!page || page.isDue || presented?.sessionId !== page.claims.sessionId) return false;
  const check = await checkAccess(deps, page.claims);
  if (check.kind !== 'granted') return false;
  const found = await deps.store.findSession(presented.sessionId);
  return found !== null && deps.refreshTokens.nonceMatches(found.session, presented);
}
