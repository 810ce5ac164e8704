import { totpConfirmRoute } from '#lib/core/second-factors/contract.ts';
import { answerIssued } from '#lib/server/http/cookies.ts';
import { route } from '#lib/server/http/route.ts';
import { confirmTotp } from '#lib/server/second-factors/enrol.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(totpConfirmRoute, {
  POST: async (call) => {
    const { deps, access, requester, body } = call;
    return answerIssued(call, 200, await confirmTotp(deps, { access, requester }, body));
  },
});
