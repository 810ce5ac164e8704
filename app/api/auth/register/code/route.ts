import { registerCodeRoute } from '#lib/core/accounts/contract.ts';
import { completeSignUp } from '#lib/server/accounts/sign-up.ts';
import { answerIssued, readSessionCookies, readSignUpCookie, setSignUpCookie } from '#lib/server/http/cookies.ts';
import { route } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(registerCodeRoute, {
  POST: async (call) => {
    const { request, deps, requester, body } = call;
    const cookie = readSignUpCookie(request.headers, deps.env);
    const { refresh: refreshToken } = readSessionCookies(request.headers, deps.env);
    const issued = await completeSignUp(deps, body, { cookie, refreshToken, requester });
    return setSignUpCookie(answerIssued(call, 201, issued), deps.env, '');
  },
});
