/** Asks which providers are set up. */
import { answer, fields, listOf, oneOf, orNull, text } from '#lib/client/answers.ts';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { type Result, resultOf } from '#lib/client/result.ts';
import type { ProviderInfo } from '#lib/core/providers/contract.ts';
import { api } from '#lib/core/routes.ts';

const isProvider = fields<ProviderInfo>({
  id: text,
  name: text,
  preset: orNull(oneOf({ google: true, microsoft: true, github: true })),
});

export const providerList = answer(fields<{ items: ProviderInfo[] }>({ items: listOf(isProvider) }));

/** Asks which providers are set up. Errors: those of every call. */
export async function askProviders({ fetch }: Pick<AuthClient, 'fetch'>): Promise<Result<ProviderInfo[]>> {
  const result = await resultOf(() => fetch(api.providers), providerList);
  return result.ok ? { ok: true, value: result.value.items } : result;
}
