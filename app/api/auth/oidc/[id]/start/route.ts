import { providerStartRoute } from '#lib/core/providers/contract.ts';
import { readAccess } from '#lib/server/http/access.ts';
import { readTransactionCookies, setTransactionCookie } from '#lib/server/http/cookies.ts';
import { requireProvider } from '#lib/server/http/provider.ts';
import { route } from '#lib/server/http/route.ts';
import { startAtProvider } from '#lib/server/providers/start.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(providerStartRoute, {
  POST: async ({ request, deps, requester, id, body, json }) => {
    const provider = requireProvider(deps, id);
    const access = body.intent === 'sign_in' ? null : await readAccess(deps, request.headers);
    const cookies = readTransactionCookies(request.headers, deps.env);
    const { url, cookie, over } = await startAtProvider(deps, provider, { request: body, access, requester, cookies });
    const answer = setTransactionCookie(json(200, { authorization_url: url }), deps.env, cookie);
    for (const tag of over) setTransactionCookie(answer, deps.env, { tag, secret: '' });
    return answer;
  },
});
