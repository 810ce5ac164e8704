import { stepUpRoute } from '#lib/core/step-up/contract.ts';
import { answerIssued } from '#lib/server/http/cookies.ts';
import { route } from '#lib/server/http/route.ts';
import { stepUp } from '#lib/server/step-up/step-up.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(stepUpRoute, {
  POST: async (call) => {
    const { deps, access, body, requester } = call;
    return answerIssued(call, 200, await stepUp(deps, access, { body, requester }));
  },
});
