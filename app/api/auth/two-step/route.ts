import { twoStepRoute } from '#lib/core/second-factors/contract.ts';
import { route } from '#lib/server/http/route.ts';
import { setTwoStep } from '#lib/server/second-factors/manage.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(twoStepRoute, {
  PUT: async ({ deps, access, requester, body, json }) =>
    json(200, await setTwoStep(deps, { access, requester }, body)),
});
