import { api } from '#lib/core/routes.ts';
import { metadataRoute } from '#lib/core/runtime/contract.ts';
import { route } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(metadataRoute, {
  GET: async ({ deps: { env }, json }) =>
    json(
      200,
      {
        issuer: env.APP_URL,
        token_endpoint: env.APP_URL + api.refresh,
        jwks_uri: env.APP_URL + api.jwks,
        response_types_supported: ['none'],
        grant_types_supported: ['refresh_token'],
        token_endpoint_auth_methods_supported: ['none'],
        acr_values_supported: ['aal1'],
      },
      { 'Cache-Control': 'public, max-age=300' },
    ),
});
