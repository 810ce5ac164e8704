import { liveRoute } from '#lib/core/runtime/contract.ts';
import { route } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(liveRoute, {
  GET: async ({ json }) => json(200, { status: 'ok' }),
});
