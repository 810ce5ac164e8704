import { demoRefreshRequest } from '#lib/core/demo/contract.ts';
import { json } from '#lib/edge/respond.ts';
import { refreshThrowAway } from '#lib/server/demo/throw-away.ts';
import { jsonBody } from '#lib/server/http/body.ts';
import { authed, methods } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: authed(async ({ request, deps, id, client, access }) => {
    const { generation } = await jsonBody(request, demoRefreshRequest);
    return json(200, await refreshThrowAway(deps, access, { id, generation, client }));
  }),
});
