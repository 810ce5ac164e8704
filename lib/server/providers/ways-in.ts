import 'server-only';
import type { WaysIn } from '#db/store/providers.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** Returns the ways to sign in that count by the settings. A provider whose issuer its metadata names counts by that of its tenants. */
export function waysIn({ env }: Pick<Container, 'env'>): WaysIn {
  const issuers = env.OIDC_PROVIDERS.flatMap(({ issuer }) => issuer ?? []);
  return { password: env.PASSWORD_SIGN_IN === 'on', issuers };
}
