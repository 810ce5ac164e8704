import 'server-only';
import type { WaysIn } from '#db/store/providers.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** Returns the provider of an issuer, if it is set up, and what to call it: the name of the settings, or the issuer's host. */
export function providerOf({ env }: Pick<Container, 'env'>, issuer: string): { id: string | null; name: string } {
  const provider = env.OIDC_PROVIDERS.find((one) => one.issuer === issuer);
  return { id: provider?.id ?? null, name: provider?.name ?? new URL(issuer).host };
}

/** Returns the ways to sign in that count by the settings. A provider whose issuer its metadata names counts by that of its tenants. */
export function waysIn({ env }: Pick<Container, 'env'>): WaysIn {
  const issuers = env.OIDC_PROVIDERS.flatMap(({ issuer }) => issuer ?? []);
  return { password: env.PASSWORD_SIGN_IN === 'on', issuers };
}
