import 'server-only';
import type { JWTVerifyGetKey } from 'jose';
import type { Configuration, ServerMetadata } from 'openid-client';
import { isOidc, microsoftIssuer, type Provider } from '#lib/core/providers/settings.ts';
import type { ServerSettings } from '#lib/core/settings.ts';
import { callProvider, isAway, ProviderAway } from './fetch.ts';

/** A provider whose endpoints are known. */
export interface Connection {
  provider: Provider;
  /** Issuer of identities. That of the metadata, which answers name, is another for GitHub only. */
  issuer: string;
  config: Configuration;
  metadata: ServerMetadata;
  /** Finds the key that an ID token or logout token says it is signed with. GitHub has none. */
  keys: JWTVerifyGetKey | null;
  /** Algorithms that are taken, of those that the provider says it uses. */
  algorithms: string[];
}

/** The providers of the settings, and what is known of them. */
export interface ProviderDirectory {
  find(id: string): Provider | null;
  /** Returns a provider's endpoints and keys. Throws `ProviderAway` while it cannot be asked, and another error if it is set up wrong. */
  connect(provider: Provider): Promise<Connection>;
}

/** Milliseconds for which metadata counts as fresh, may be used while the provider is away, and a failure is remembered. */
const life = { fresh: 60 * 60 * 1000, stale: 24 * 60 * 60 * 1000, failure: 10 * 1000 };
/** `Ed25519` is what RFC 9864 calls EdDSA with that curve. */
const algorithmsTaken = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];

interface Known {
  connection: Connection | null;
  askedAt: number;
  failedAt: number;
  asking: Promise<Connection> | null;
}

/** Makes the directory. Asks no provider before somebody goes there: the app starts while they are away. */
export function providerDirectory(all: readonly Provider[], now: () => number = Date.now): ProviderDirectory {
  const known = new Map<string, Known>();
  return {
    find: (id) => all.find((provider) => provider.id === id) ?? null,
    async connect(provider) {
      const entry = known.get(provider.id) ?? { connection: null, askedAt: 0, failedAt: -life.failure, asking: null };
      known.set(provider.id, entry);
      const age = now() - entry.askedAt;
      if (entry.connection && age < life.fresh) return entry.connection;
      const isUsable = entry.connection !== null && age < life.stale;
      if (now() - entry.failedAt < life.failure) {
        if (isUsable && entry.connection) return entry.connection;
        throw new ProviderAway();
      }
      entry.asking ??= ask(provider).finally(() => {
        entry.asking = null;
      });
      try {
        entry.connection = await entry.asking;
        entry.askedAt = now();
        return entry.connection;
      } catch (error) {
        entry.failedAt = now();
        if (isUsable && entry.connection) return entry.connection;
        throw isAway(error) ? new ProviderAway() : error;
      }
    },
  };
}

/** Returns the provider of an issuer, if it is set up, and what to call it: the name of the settings, or the issuer's host. */
export function providerOf(
  { env }: { env: Pick<ServerSettings, 'OIDC_PROVIDERS'> },
  issuer: string,
): { id: string | null; name: string } {
  const provider = env.OIDC_PROVIDERS.find((one) => one.issuer === issuer);
  return { id: provider?.id ?? null, name: provider?.name ?? new URL(issuer).host };
}

/** Asks a provider for its metadata (OpenID Connect Discovery 1.0); GitHub's is known. */
async function ask(provider: Provider): Promise<Connection> {
  // Loaded when somebody first goes to a provider: no other request pays for it.
  const client = await import('openid-client');
  const { createRemoteJWKSet, customFetch } = await import('jose');
  // Only a provider on this machine, as in tests, is not asked over TLS.
  const isInsecure = (provider.discovery ?? provider.issuer)?.startsWith('http:') ?? false;
  const found = isOidc(provider) ? await discover(provider) : githubMetadata(provider);
  const advertised = found.id_token_signing_alg_values_supported ?? ['RS256'];
  const algorithms = algorithmsTaken.filter((one) => advertised.includes(one));
  const metadata = { ...found, id_token_signing_alg_values_supported: algorithms };
  const auth =
    provider.clientSecret === null
      ? client.None()
      : provider.tokenAuth === 'client_secret_post'
        ? client.ClientSecretPost(provider.clientSecret)
        : client.ClientSecretBasic(provider.clientSecret);
  const config = new client.Configuration(metadata, provider.clientId, {}, auth);
  config[client.customFetch] = callProvider;
  config.timeout = 5;
  if (isInsecure) client.allowInsecureRequests(config);
  const keysUrl = metadata.jwks_uri ? new URL(metadata.jwks_uri) : null;
  if (keysUrl && keysUrl.protocol !== 'https:' && !isInsecure) throw new Error('The keys are not served over TLS.');
  const keys = keysUrl && createRemoteJWKSet(keysUrl, { [customFetch]: callProvider, cooldownDuration: 30_000 });
  return { provider, issuer: provider.issuer ?? found.issuer, config, metadata, keys, algorithms };
}

async function discover({ discovery, issuer: expected }: Provider & { discovery: string }): Promise<ServerMetadata> {
  const url = `${discovery.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await callProvider(url, { headers: { accept: 'application/json' } });
  if (response.status !== 200) throw new Error(`The metadata answered ${response.status}.`);
  const metadata: unknown = await response.json();
  if (!isMetadata(metadata)) throw new Error('The metadata is none.');
  const { issuer } = metadata;
  const isExpected = expected === null ? microsoftIssuer.test(issuer) : issuer === expected;
  if (!isExpected) throw new Error('The metadata is of another issuer.');
  return metadata;
}

function isMetadata(value: unknown): value is ServerMetadata {
  return typeof value === 'object' && value !== null && 'issuer' in value && typeof value.issuer === 'string';
}

function githubMetadata({ issuer: origin }: Provider): ServerMetadata {
  return {
    // What answers carry as `iss` (RFC 9207). None is asked for: an Enterprise Server may be too old to name itself.
    issuer: `${origin}/login/oauth`,
    authorization_endpoint: `${origin}/login/oauth/authorize`,
    token_endpoint: `${origin}/login/oauth/access_token`,
  };
}
