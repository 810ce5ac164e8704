import { json } from '#lib/edge/respond.ts';
import { makeThrowAway } from '#lib/server/demo/throw-away.ts';
import { authed, methods } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: authed(async ({ deps, client, access }) => json(201, await makeThrowAway(deps, access, client))),
});
