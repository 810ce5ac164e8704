import { registerRequest } from '#lib/core/contracts.ts';
import { register } from '#lib/server/accounts/register.ts';
import { jsonBody } from '#lib/server/http/body.ts';
import { readSessionCookies } from '#lib/server/http/cookies.ts';
import { issued } from '#lib/server/http/issued.ts';
import { methods } from '#lib/server/http/route.ts';
import { requireSameOrigin } from '#lib/server/http/same-origin.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: async ({ request, deps, client }) => {
    requireSameOrigin(request.headers, deps.env.APP_URL);
    const body = await jsonBody(request, registerRequest);
    const { refresh } = readSessionCookies(request.headers, deps.env.APP_URL);
    return issued(201, await register(deps, { request: body, client, refreshToken: refresh }), deps);
  },
});
