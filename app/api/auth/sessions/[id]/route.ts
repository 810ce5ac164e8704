import { empty } from '#lib/edge/respond.ts';
import { authed, methods } from '#lib/server/http/route.ts';
import { signedOut } from '#lib/server/http/signed-out.ts';
import { endSession } from '#lib/server/sessions/list.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  DELETE: authed(async ({ request, deps, client, id, access: { user, session } }) => {
    await endSession(deps, user.id, id, client);
    return id === session.id ? signedOut(request, deps) : empty(204);
  }),
});
