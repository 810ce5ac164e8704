import { demoSessionRoute } from '#lib/core/demo/contract.ts';
import { showSession } from '#lib/server/demo/throw-away.ts';
import { route } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(demoSessionRoute, {
  GET: async ({ deps, access: { session }, json }) => json(200, await showSession(deps, session.id)),
});
