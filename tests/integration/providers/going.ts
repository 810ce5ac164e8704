/** Going to a provider and back, as far as HTTP goes. */
import { vi } from 'vitest';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser } from '#tests/support/browser.ts';
import { type LyingProvider, lyingClient } from '#tests/support/lying-provider.ts';

export const path = {
  start: (id = 'acme') => `/api/auth/oidc/${id}/start`,
  complete: (id = 'acme') => `/api/auth/oidc/${id}/complete`,
  link: (id = 'acme') => `/api/auth/oidc/${id}/link`,
  logout: (id = 'acme') => `/api/auth/oidc/${id}/backchannel-logout`,
  identities: '/api/auth/identities',
};

/** Starts the app with these providers, at the time of the machine: tokens are made and judged by it. */
export async function appWith(entries: object[], settings: Record<string, string> = {}): Promise<TestApp> {
  const app = await startApp({ OIDC_PROVIDERS: JSON.stringify(entries), RATE_LIMITS: 'off', ...settings });
  app.clock.now = new Date();
  return app;
}

/** The entry of a provider in the settings. */
export function entryOf({ issuer }: LyingProvider, more: object = {}) {
  return { id: 'acme', issuer, name: 'Acme', ...lyingClient, ...more };
}

/** Begins at a provider. Returns where to go. */
export async function begin(who: Browser, json: object = {}, id = 'acme'): Promise<string> {
  const response = await who.send('POST', path.start(id), { json });
  if (response.status !== 200) throw new Error(`Starting answered ${response.status}.`);
  return (await response.json()).authorization_url;
}

/** Goes there and back. Returns what the page would send. */
export async function goAndReturn(who: Browser, provider: LyingProvider, json: object = {}) {
  return provider.authorize(await begin(who, json));
}

/** Goes there and back and completes. */
export async function signIn(who: Browser, provider: LyingProvider, json: object = {}): Promise<Response> {
  return who.authenticate(path.complete(), await goAndReturn(who, provider, json));
}

/** Signs somebody up with a provider. */
export async function signedUpWith(provider: LyingProvider): Promise<Browser> {
  const who = new Browser();
  const response = await signIn(who, provider);
  if (response.status !== 201) throw new Error(`Signing up answered ${response.status}.`);
  return who;
}

/**
 * Lets a provider answer for another one, until `vi.unstubAllGlobals`: each call to `origin` goes to it, and its metadata names that
 * one’s issuer and endpoints.
 */
export function pretend(provider: LyingProvider, origin: string, issuer = origin): void {
  const reach = globalThis.fetch;
  const discovery = '/.well-known/openid-configuration';
  vi.stubGlobal('fetch', (address: string | URL, init?: RequestInit) => {
    const { origin: asked, pathname } = new URL(address);
    const path = pathname.endsWith(discovery) ? discovery : pathname;
    return reach(asked === origin ? provider.issuer + path : address, init);
  });
  provider.lies = {
    metadata: {
      issuer,
      ...{ authorization_endpoint: `${origin}/authorize`, token_endpoint: `${origin}/token` },
      ...{ userinfo_endpoint: `${origin}/userinfo`, jwks_uri: `${origin}/keys` },
      authorization_response_iss_parameter_supported: false,
    },
    claims: { iss: issuer },
  };
}

export async function errorOf(response: Response): Promise<[number, string]> {
  const { error } = await response.json();
  return [response.status, error];
}
