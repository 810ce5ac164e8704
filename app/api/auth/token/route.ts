import { tokenRequest } from '#lib/core/contracts.ts';
import { AppError } from '#lib/core/errors.ts';
import { jsonOrFormBody } from '#lib/server/http/body.ts';
import { readSessionCookies } from '#lib/server/http/cookies.ts';
import { issued } from '#lib/server/http/issued.ts';
import { methods } from '#lib/server/http/route.ts';
import { requireSameOrigin } from '#lib/server/http/same-origin.ts';
import { signIn } from '#lib/server/sign-in/sign-in.ts';

/** RFC 6749 section 4.3.2, as OAuth 2.0 clients send it: an empty parameter counts as left out, an unknown one is ignored. */
function fromForm({ grant_type, username: email, password }: Record<string, string>): unknown {
  if (grant_type && grant_type !== 'password') throw new AppError('unsupported_grant_type');
  return { email, password };
}

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: async ({ request, deps, client }) => {
    requireSameOrigin(request.headers, deps.env.APP_URL);
    const body = await jsonOrFormBody(request, tokenRequest, fromForm);
    const { refresh } = readSessionCookies(request.headers, deps.env.APP_URL);
    return issued(200, await signIn(deps, { request: body, client, refreshToken: refresh }), deps);
  },
});
