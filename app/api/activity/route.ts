import { activityRoute } from '#lib/core/activity/contract.ts';
import { listActivity } from '#lib/server/activity/list.ts';
import { route } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(activityRoute, {
  GET: async ({ deps, query, json, access: { user } }) => json(200, await listActivity(deps, user.id, query)),
});
