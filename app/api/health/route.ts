import { healthRoute } from '#lib/core/runtime/contract.ts';
import { route } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(healthRoute, {
  GET: async ({ deps, json }) => {
    await deps.store.check();
    return json(200, { status: 'ok' });
  },
});
