import { recoveryCodesRoute } from '#lib/core/second-factors/contract.ts';
import { route } from '#lib/server/http/route.ts';
import { renewRecoveryCodes } from '#lib/server/second-factors/manage.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(recoveryCodesRoute, {
  POST: async ({ deps, access, requester, json }) => json(200, await renewRecoveryCodes(deps, { access, requester })),
});
