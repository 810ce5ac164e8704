import { registerRoute } from '#lib/core/accounts/contract.ts';
import { register } from '#lib/server/accounts/register.ts';
import { answerIssued, readSessionCookies } from '#lib/server/http/cookies.ts';
import { route } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(registerRoute, {
  POST: async (call) => {
    const { request, deps, requester, body } = call;
    const { refresh: refreshToken } = readSessionCookies(request.headers, deps.env);
    return answerIssued(call, 201, await register(deps, { request: body, requester, refreshToken }));
  },
});
