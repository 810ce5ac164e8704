import { trustedDeviceRoute } from '#lib/core/second-factors/contract.ts';
import { route } from '#lib/server/http/route.ts';
import { forgetDevice } from '#lib/server/second-factors/manage.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(trustedDeviceRoute, {
  DELETE: async ({ deps, access, requester, id, empty }) => {
    await forgetDevice(deps, { access, requester }, id);
    return empty(204);
  },
});
