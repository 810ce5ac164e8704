import { factorsRoute } from '#lib/core/second-factors/contract.ts';
import { route } from '#lib/server/http/route.ts';
import { showFactors } from '#lib/server/second-factors/state.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(factorsRoute, {
  GET: async ({ deps, access: { user }, json }) => json(200, await showFactors(deps, user.id)),
});
