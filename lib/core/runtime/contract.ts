/** What the app says of itself: whether it is well, how it is doing, and how its tokens are verified. */
import { z } from 'zod';
import { routeContract } from '#lib/core/contract.ts';
import { api } from '#lib/core/routes.ts';

const isWell = z.object({ status: z.literal('ok') });

export const liveRoute = routeContract({ path: api.live, GET: { answers: { 200: isWell } } });
export const healthRoute = routeContract({ path: api.health, GET: { answers: { 200: isWell } } });

/** Prometheus text. */
export const metricsRoute = routeContract({
  path: api.metrics,
  GET: { answers: { 200: z.string() }, errors: ['not_found', 'unauthorized'] },
});

/** A key that verifies access tokens (RFC 7517): public members only. */
export const publicKey = z.object({
  kty: z.string(),
  crv: z.string().exactOptional(),
  x: z.string().exactOptional(),
  y: z.string().exactOptional(),
  n: z.string().exactOptional(),
  e: z.string().exactOptional(),
  kid: z.string(),
  alg: z.string(),
  use: z.literal('sig'),
});
export type PublicKey = z.infer<typeof publicKey>;

export const jwksRoute = routeContract({
  path: api.jwks,
  GET: { answers: { 200: z.object({ keys: z.array(publicKey) }) } },
});

/** RFC 8414. docs/decisions/004-first-party-password-sign-in.md says why no password grant is advertised. */
export const metadataRoute = routeContract({
  path: api.metadata,
  GET: {
    answers: {
      200: z.object({
        issuer: z.string(),
        token_endpoint: z.string(),
        jwks_uri: z.string(),
        response_types_supported: z.array(z.string()),
        grant_types_supported: z.array(z.string()),
        token_endpoint_auth_methods_supported: z.array(z.string()),
      }),
    },
  },
});

/** Whatever no other route answers. */
export const unknownRoute = routeContract({
  path: '/api/[...path]',
  GET: { answers: {}, errors: ['not_found'] },
  POST: { answers: {}, errors: ['not_found'] },
  PUT: { answers: {}, errors: ['not_found'] },
  PATCH: { answers: {}, errors: ['not_found'] },
  DELETE: { answers: {}, errors: ['not_found'] },
});
