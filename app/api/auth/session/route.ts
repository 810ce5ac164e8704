import { AppError } from '#lib/core/errors.ts';
import { sessionRoute } from '#lib/core/sessions/contract.ts';
import { readSessionCookies } from '#lib/server/http/cookies.ts';
import { route } from '#lib/server/http/route.ts';
import { requireOwnScript } from '#lib/server/http/same-origin.ts';
import { requireAccess } from '#lib/server/sessions/access.ts';
import { toTokenResponse } from '#lib/server/sessions/issue.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(sessionRoute, {
  // A page load takes its access token from the page session: no rotation and no cookie.
  GET: async ({ request, deps, json }) => {
    requireOwnScript(request.headers);
    const { pageSession } = readSessionCookies(request.headers, deps.env);
    const page = await deps.pageSessions.open(pageSession, deps.clock());
    if (!page) throw new AppError('unauthorized');
    const { user } = await requireAccess(deps, page.claims);
    const body = toTokenResponse(page.accessToken, page.claims.expiresAt, user, deps.clock());
    return json(200, body, { 'Cross-Origin-Resource-Policy': 'same-origin' });
  },
});
