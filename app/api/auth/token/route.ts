import { tokenRoute } from '#lib/core/sign-in/contract.ts';
import { answerIssued, readSessionCookies } from '#lib/server/http/cookies.ts';
import { route } from '#lib/server/http/route.ts';
import { signIn } from '#lib/server/sign-in/sign-in.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(tokenRoute, {
  POST: async (call) => {
    const { request, deps, requester, body } = call;
    const { refresh: refreshToken } = readSessionCookies(request.headers, deps.env);
    return answerIssued(call, 200, await signIn(deps, { request: body, requester, refreshToken }));
  },
});
