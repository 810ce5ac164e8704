import { sessionsRoute } from '#lib/core/sessions/contract.ts';
import { answerSignedOut } from '#lib/server/http/cookies.ts';
import { route } from '#lib/server/http/route.ts';
import { endAllSessions } from '#lib/server/sessions/end.ts';
import { listSessions } from '#lib/server/sessions/list.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(sessionsRoute, {
  GET: async ({ deps, access: { user, session }, json }) =>
    json(200, { items: await listSessions(deps, { userId: user.id, sessionId: session.id }) }),
  DELETE: async ({ request, deps, requester, query, access: { user, session }, empty }) => {
    const exceptCurrent = query.except === 'current';
    await endAllSessions(deps, { userId: user.id, sessionId: session.id }, { exceptCurrent, requester });
    return exceptCurrent ? empty(204) : answerSignedOut(request, deps);
  },
});
