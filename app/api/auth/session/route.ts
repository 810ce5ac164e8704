import { AppError } from '#lib/core/errors.ts';
import { json } from '#lib/edge/respond.ts';
import { readSessionCookies } from '#lib/server/http/cookies.ts';
import { methods } from '#lib/server/http/route.ts';
import { requireOwnScript } from '#lib/server/http/same-origin.ts';
import { requireAccess } from '#lib/server/sessions/access.ts';
import { tokenResponse } from '#lib/server/sessions/issue.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods(
  {
    // A page load takes its access token from the sealed cookie: no rotation, no cookie renewed.
    GET: async ({ request, deps }) => {
      requireOwnScript(request.headers);
      const { session } = readSessionCookies(request.headers, deps.env.APP_URL);
      const page = await deps.sessionCookies.open(session, deps.clock());
      if (!page) throw new AppError('unauthorized');
      const { user } = await requireAccess(deps, page.claims);
      const body = tokenResponse(page.accessToken, page.claims.expiresAt, user, deps.clock());
      return json(200, body, { 'Cross-Origin-Resource-Policy': 'same-origin' });
    },
  },
  { head: false },
);
