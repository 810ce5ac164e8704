import { registerResendRoute } from '#lib/core/accounts/contract.ts';
import { mailCodeAgain } from '#lib/server/accounts/sign-up.ts';
import { readSignUpCookie } from '#lib/server/http/cookies.ts';
import { route } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(registerResendRoute, {
  POST: async ({ request, deps, requester, body, json }) => {
    const cookie = readSignUpCookie(request.headers, deps.env);
    await mailCodeAgain(deps, body.sign_up_id, { cookie, requester });
    return json(202, {});
  },
});
