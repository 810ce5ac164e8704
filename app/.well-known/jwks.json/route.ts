import { jwksRoute } from '#lib/core/runtime/contract.ts';
import { publicJwk } from '#lib/edge/access-token.ts';
import { route } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(jwksRoute, {
  GET: async ({ deps, json }) =>
    json(200, { keys: deps.env.ACCESS_TOKEN_KEYS.map(publicJwk) }, { 'Cache-Control': 'public, max-age=300' }),
});
