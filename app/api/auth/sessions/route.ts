import { endSessionsQuery } from '#lib/core/contracts.ts';
import { empty, json } from '#lib/edge/respond.ts';
import { query } from '#lib/server/http/body.ts';
import { authed, methods } from '#lib/server/http/route.ts';
import { signedOut } from '#lib/server/http/signed-out.ts';
import { endAllSessions, listSessions } from '#lib/server/sessions/list.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods(
  {
    GET: authed(async ({ deps, access: { user, session } }) =>
      json(200, { items: await listSessions(deps, { userId: user.id, sessionId: session.id }) }),
    ),
    DELETE: authed(async ({ request, deps, client, access: { user, session } }) => {
      const exceptCurrent = query(request, endSessionsQuery).except === 'current';
      await endAllSessions(deps, { userId: user.id, sessionId: session.id }, { exceptCurrent, client });
      return exceptCurrent ? empty(204) : signedOut(request, deps);
    }),
  },
  { head: false },
);
