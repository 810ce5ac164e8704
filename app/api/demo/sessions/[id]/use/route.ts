import { demoUseRoute } from '#lib/core/demo/contract.ts';
import { confirmThrowAway } from '#lib/server/demo/throw-away.ts';
import { route } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(demoUseRoute, {
  POST: async ({ deps, id, access, json }) => json(200, await confirmThrowAway(deps, access, id)),
});
