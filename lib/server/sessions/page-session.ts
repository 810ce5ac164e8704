import 'server-only';
import type { Container } from '#lib/server/runtime/container.ts';
import { checkAccess } from './access.ts';
import type { CookieValues } from './of-cookies.ts';

/**
 * Whether a page can be rendered from the page session as it is: not due, of the head's or parent's generation, of the living
 * session that the refresh cookie names. Then a navigation to GET refresh (a second tab, a stale redirect) rotates nothing. The
 * first use is written down as on the page itself, so that a database that cannot write ends here and not in a circle of
 * redirects.
 */
export async function isPageSessionFresh(deps: Container, cookies: CookieValues): Promise<boolean> {
  const page = await deps.pageSessions.open(cookies.pageSession, deps.clock());
  const presented = deps.refreshTokens.parse(cookies.refresh);
  if (!page || page.isDue || presented?.sessionId !== page.claims.sessionId) return false;
  const check = await checkAccess(deps, page.claims);
  if (check.kind !== 'granted') return false;
  const found = await deps.store.findSession(presented.sessionId);
  return found !== null && deps.refreshTokens.isOf(found.session, presented);
}
