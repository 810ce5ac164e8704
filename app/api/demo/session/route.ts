import { json } from '#lib/edge/respond.ts';
import { showSession } from '#lib/server/demo/throw-away.ts';
import { authed, methods } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: authed(async ({ deps, access: { session } }) => json(200, await showSession(deps, session.id))),
});
