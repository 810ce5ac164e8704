import { empty } from '#lib/edge/respond.ts';
import { clearSessionCookies } from '#lib/server/http/cookies.ts';
import { authed, methods } from '#lib/server/http/route.ts';
import { endSession } from '#lib/server/sessions.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  DELETE: authed(async ({ deps, client, id, access: { user, session } }) => {
    await endSession(deps, user.id, id, client);
    return id === session.id ? clearSessionCookies(empty(204), deps.env.APP_URL) : empty(204);
  }),
});
