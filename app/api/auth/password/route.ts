import { passwordRequest } from '#lib/core/contracts.ts';
import { jsonBody } from '#lib/server/http/body.ts';
import { issued } from '#lib/server/http/issued.ts';
import { authed, methods } from '#lib/server/http/route.ts';
import { changePassword } from '#lib/server/passwords/change.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: authed(async ({ request, deps, client, access }) => {
    const { current_password: current, new_password: next } = await jsonBody(request, passwordRequest);
    return issued(200, await changePassword(deps, access, { current, next, client }), deps);
  }),
});
