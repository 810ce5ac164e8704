import { totpRoute } from '#lib/core/second-factors/contract.ts';
import { route } from '#lib/server/http/route.ts';
import { startTotp } from '#lib/server/second-factors/enrol.ts';
import { removeTotp } from '#lib/server/second-factors/manage.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(totpRoute, {
  POST: async ({ deps, access, requester, json }) => json(200, await startTotp(deps, { access, requester })),
  DELETE: async ({ deps, access, requester, empty }) => {
    await removeTotp(deps, { access, requester });
    return empty(204);
  },
});
