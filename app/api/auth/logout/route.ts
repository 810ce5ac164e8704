import { logoutRoute } from '#lib/core/sessions/contract.ts';
import { clearSessionCookies, readSessionCookies } from '#lib/server/http/cookies.ts';
import { route } from '#lib/server/http/route.ts';
import { logout } from '#lib/server/sessions/end.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(logoutRoute, {
  POST: async ({ request, deps, requester, empty }) => {
    await logout(deps, readSessionCookies(request.headers, deps.env), requester);
    return clearSessionCookies(empty(204), deps.env);
  },
});
