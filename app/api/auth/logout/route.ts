import { logoutRoute } from '#lib/core/sessions/contract.ts';
import { clearSessionCookies, readSessionCookies } from '#lib/server/http/cookies.ts';
import { route } from '#lib/server/http/route.ts';
import { providerSignOutUrl } from '#lib/server/providers/sign-out.ts';
import { logout } from '#lib/server/sessions/end.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(logoutRoute, {
  POST: async ({ request, deps, requester, json, empty }) => {
    const ids = await logout(deps, readSessionCookies(request.headers, deps.env), requester);
    const url = await providerSignOutUrl(deps, ids);
    return clearSessionCookies(url === null ? empty(204) : json(200, { continue: url }), deps.env);
  },
});
