import { activityQuery } from '#lib/core/contracts.ts';
import { json } from '#lib/edge/respond.ts';
import { listActivity } from '#lib/server/activity/list.ts';
import { query } from '#lib/server/http/body.ts';
import { authed, methods } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: authed(async ({ request, deps, access: { user } }) =>
    json(200, await listActivity(deps, user.id, query(request, activityQuery))),
  ),
});
