import { api } from '#lib/core/routes.ts';
import { json } from '#lib/edge/respond.ts';
import { methods } from '#lib/server/http/route.ts';

// RFC 8414. First-party sign-in: docs/decisions say why no password grant is advertised.
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: async ({ deps: { env } }) =>
    json(
      200,
      {
        issuer: env.APP_URL,
        token_endpoint: env.APP_URL + api.refresh,
        jwks_uri: env.APP_URL + api.jwks,
        response_types_supported: ['none'],
        grant_types_supported: ['refresh_token'],
        token_endpoint_auth_methods_supported: ['none'],
      },
      { 'Cache-Control': 'public, max-age=300' },
    ),
});
