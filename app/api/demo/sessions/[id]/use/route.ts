import { json } from '#lib/edge/respond.ts';
import { confirmThrowAway } from '#lib/server/demo/throw-away.ts';
import { authed, methods } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: authed(async ({ deps, id, access }) => json(200, await confirmThrowAway(deps, access, id))),
});
