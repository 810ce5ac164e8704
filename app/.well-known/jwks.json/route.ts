import { publicJwk } from '#lib/edge/access-token.ts';
import { json } from '#lib/edge/respond.ts';
import { methods } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: async ({ deps }) =>
    json(200, { keys: deps.env.ACCESS_TOKEN_KEYS.map(publicJwk) }, { 'Cache-Control': 'public, max-age=300' }),
});
