import { oneIdentityRoute } from '#lib/core/identities/contract.ts';
import { route } from '#lib/server/http/route.ts';
import { unlinkIdentity } from '#lib/server/identities/manage.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(oneIdentityRoute, {
  DELETE: async ({ deps, access, requester, id, empty }) => {
    await unlinkIdentity(deps, { access, requester }, id);
    return empty(204);
  },
});
