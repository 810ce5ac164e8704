import { passwordResetRequest } from '#lib/core/contracts.ts';
import { empty } from '#lib/edge/respond.ts';
import { jsonBody } from '#lib/server/http/body.ts';
import { methods } from '#lib/server/http/route.ts';
import { requireSameOrigin } from '#lib/server/http/same-origin.ts';
import { resetPassword } from '#lib/server/passwords/reset.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: async ({ request, deps, client }) => {
    requireSameOrigin(request.headers, deps.env.APP_URL);
    await resetPassword(deps, await jsonBody(request, passwordResetRequest), client);
    return empty(204);
  },
});
