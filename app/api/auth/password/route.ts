import { passwordRoute } from '#lib/core/passwords/contract.ts';
import { answerIssued } from '#lib/server/http/cookies.ts';
import { route } from '#lib/server/http/route.ts';
import { changePassword } from '#lib/server/passwords/change.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(passwordRoute, {
  POST: async (call) => {
    const { deps, access, requester } = call;
    const { current_password: current, new_password: next } = call.body;
    return answerIssued(call, 200, await changePassword(deps, access, { current, next, requester }));
  },
});
