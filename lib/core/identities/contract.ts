/** Declares the requests and answers of keeping the ways to sign in. */
import { z } from 'zod';
import { routeContract } from '#lib/core/route-contract.ts';
import { api } from '#lib/core/routes.ts';

/** A provider's identity of one's own. `provider` is null for one that is not set up any more. */
export const identity = z.object({
  id: z.string(),
  provider: z.string().nullable(),
  name: z.string(),
  email: z.string().nullable(),
  linked_at: z.string(),
  last_used_at: z.string().nullable(),
});
export type IdentityInfo = z.infer<typeof identity>;

export const identities = z.object({ has_password: z.boolean(), items: z.array(identity) });
export type Identities = z.infer<typeof identities>;

export const identitiesRoute = routeContract({ path: api.identities, GET: { answers: { 200: identities } } });

export const oneIdentityRoute = routeContract({
  path: api.oneIdentity,
  DELETE: { fresh: true, answers: { 204: null }, errors: ['not_found', 'last_way_in'] },
});
