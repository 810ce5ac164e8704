/** Makes the calls of a person who keeps the ways to sign in. */
import { nothing } from '#lib/client/answers.ts';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { type Result, resultOf } from '#lib/client/result.ts';
import { api, withId } from '#lib/core/routes.ts';

/** Takes an identity away. Errors: `last_way_in`, `not_found`, and those of every call that asks who it is. */
export function disconnect({ fetch }: Pick<AuthClient, 'fetch'>, id: string): Promise<Result<null>> {
  return resultOf(() => fetch(withId(api.oneIdentity, id), { method: 'DELETE' }), nothing);
}
