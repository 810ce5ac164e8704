import { registerRoute } from '#lib/core/accounts/contract.ts';
import { register } from '#lib/server/accounts/register.ts';
import { beginSignUp } from '#lib/server/accounts/sign-up.ts';
import { answerIssued, readSessionCookies, setSignUpCookie } from '#lib/server/http/cookies.ts';
import { route } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(registerRoute, {
  POST: async (call) => {
    const { request, deps, requester, body, json } = call;
    if (deps.env.EMAIL_VERIFICATION === 'required') {
      const begun = await beginSignUp(deps, body, requester);
      return setSignUpCookie(json(202, begun.body), deps.env, begun.cookie);
    }
    const { refresh: refreshToken } = readSessionCookies(request.headers, deps.env);
    return answerIssued(call, 201, await register(deps, { request: body, requester, refreshToken }));
  },
});
