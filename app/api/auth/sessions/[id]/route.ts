import { oneSessionRoute } from '#lib/core/sessions/contract.ts';
import { answerSignedOut } from '#lib/server/http/cookies.ts';
import { route } from '#lib/server/http/route.ts';
import { endSession } from '#lib/server/sessions/end.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(oneSessionRoute, {
  DELETE: async ({ request, deps, requester, id, access: { user, session }, empty }) => {
    await endSession(deps, user.id, id, requester);
    return id === session.id ? answerSignedOut(request, deps) : empty(204);
  },
});
