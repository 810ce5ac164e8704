import { demoSessionsRoute } from '#lib/core/demo/contract.ts';
import { makeThrowAway } from '#lib/server/demo/throw-away.ts';
import { route } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(demoSessionsRoute, {
  POST: async ({ deps, access, json }) => json(201, await makeThrowAway(deps, access)),
});
