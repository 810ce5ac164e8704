/** Declares the answers of the app about itself: its health, its metrics, and how its tokens are verified. */
import { z } from 'zod';
import { routeContract } from '#lib/core/route-contract.ts';
import { api } from '#lib/core/routes.ts';

const healthy = z.object({ status: z.literal('ok') });

export const liveRoute = routeContract({ path: api.live, GET: { answers: { 200: healthy } } });
export const healthRoute = routeContract({ path: api.health, GET: { answers: { 200: healthy } } });

/** Answers in Prometheus's text format. */
export const metricsRoute = routeContract({
  path: api.metrics,
  GET: { answers: { 200: z.string() }, errors: ['not_found', 'unauthorized'] },
});

/** The public half of a key that signs access tokens (RFC 7517). */
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

/**
 * Server metadata (RFC 8414), without a password grant: docs/decisions/004-first-party-password-sign-in.md says why.
 */
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
        acr_values_supported: z.array(z.string()),
      }),
    },
  },
});

/** The route of every API path that no other route has. */
export const unknownRoute = routeContract({
  path: '/api/[...path]',
  GET: { answers: {}, errors: ['not_found'] },
  POST: { answers: {}, errors: ['not_found'] },
  PUT: { answers: {}, errors: ['not_found'] },
  PATCH: { answers: {}, errors: ['not_found'] },
  DELETE: { answers: {}, errors: ['not_found'] },
});
