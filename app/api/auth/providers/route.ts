import { providersRoute } from '#lib/core/providers/contract.ts';
import { route } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(providersRoute, {
  GET: async ({ deps, json }) =>
    json(200, { items: deps.env.OIDC_PROVIDERS.map(({ id, name, preset }) => ({ id, name, preset })) }),
});
