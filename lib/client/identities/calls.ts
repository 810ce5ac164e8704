/** Makes the calls of a person who keeps the ways to sign in. */
import { answer, fields, listOf, nothing, oneOf, orNull, text } from '#lib/client/answers.ts';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { type Result, resultOf } from '#lib/client/result.ts';
import type { ProviderInfo } from '#lib/core/providers/contract.ts';
import { api, withId } from '#lib/core/routes.ts';

type Client = Pick<AuthClient, 'fetch'>;

const isProvider = fields<ProviderInfo>({
  id: text,
  name: text,
  preset: orNull(oneOf({ google: true, microsoft: true, github: true })),
});

export const providerList = answer(fields<{ items: ProviderInfo[] }>({ items: listOf(isProvider) }));

/** Asks which providers are set up. Errors: those of every call. */
export async function askProviders({ fetch }: Client): Promise<Result<ProviderInfo[]>> {
  const result = await resultOf(() => fetch(api.providers), providerList);
  return result.ok ? { ok: true, value: result.value.items } : result;
}

/** Takes an identity away. Errors: `last_way_in`, `not_found`, and those of every call that asks who it is. */
export function disconnect({ fetch }: Client, id: string): Promise<Result<null>> {
  return resultOf(() => fetch(withId(api.oneIdentity, id), { method: 'DELETE' }), nothing);
}
