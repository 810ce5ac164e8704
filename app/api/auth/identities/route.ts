import { identitiesRoute } from '#lib/core/identities/contract.ts';
import { route } from '#lib/server/http/route.ts';
import { listIdentities } from '#lib/server/identities/manage.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(identitiesRoute, {
  GET: async ({ deps, access, json }) => json(200, await listIdentities(deps, access.user.id)),
});
