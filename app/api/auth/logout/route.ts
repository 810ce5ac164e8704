import { empty } from '#lib/edge/respond.ts';
import { clearSessionCookies, readSessionCookies } from '#lib/server/http/cookies.ts';
import { methods } from '#lib/server/http/route.ts';
import { requireSameOrigin } from '#lib/server/http/same-origin.ts';
import { logout } from '#lib/server/sessions/end.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: async ({ request, deps, client }) => {
    requireSameOrigin(request.headers, deps.env.APP_URL);
    await logout(deps, readSessionCookies(request.headers, deps.env.APP_URL), client);
    return clearSessionCookies(empty(204), deps.env.APP_URL);
  },
});
