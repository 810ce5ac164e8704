import { demoRefreshRoute } from '#lib/core/demo/contract.ts';
import { refreshThrowAway } from '#lib/server/demo/throw-away.ts';
import { route } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(demoRefreshRoute, {
  POST: async ({ deps, id, requester, access, body: { generation }, json }) =>
    json(200, await refreshThrowAway(deps, access, { id, generation, requester })),
});
