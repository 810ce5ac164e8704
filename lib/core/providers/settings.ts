/** Reads the setting that names the providers people can sign in with. Only the environment makes one. */
import { z } from 'zod';
import { isSafeUrl } from '#lib/core/loopback.ts';

export const presets = ['google', 'microsoft', 'github'] as const;
export type Preset = (typeof presets)[number];

/** A provider, as the operator has set it up there and here. */
export interface Provider {
  /** Name in paths, chosen by the operator. Identities are kept by issuer, so that it may be renamed. */
  id: string;
  preset: Preset | null;
  /** Exact issuer, for GitHub its origin; null where a Microsoft tenant's metadata names it, within `microsoftIssuer`. */
  issuer: string | null;
  /** Address below which the metadata lies; null for GitHub, which has none. */
  discovery: string | null;
  clientId: string;
  clientSecret: string | null;
  tokenAuth: 'client_secret_basic' | 'client_secret_post';
  /** Words on the button. */
  name: string;
  scope: string;
  params: Record<string, string>;
  responseMode: 'query' | 'form_post';
  /** True if new accounts may be made, of these domains where any are named. */
  signUp: boolean;
  domains: string[];
  /** True if the operator vouches that the provider knows the owner of each address that it hands out. */
  trustEmail: boolean;
  signOut: 'here' | 'provider';
}

/** Tells whether a provider speaks OpenID Connect: has metadata, ID tokens and a nonce. GitHub speaks OAuth 2.0 only. */
export function isOidc(provider: Provider): provider is Provider & { discovery: string } {
  return provider.discovery !== null;
}

/** Matches an issuer that Microsoft names for a tenant. */
export const microsoftIssuer = /^https:\/\/login\.microsoftonline\.com\/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\/v2\.0$/;
/** The tenant of all personal accounts, as its tokens name it. */
const consumers = '9188040d-6c67-4c5b-b112-36a304b66dad';
const tenantId = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The issuer of Apple, which alone says `email_verified` in a string. */
export const appleIssuer = 'https://appleid.apple.com';

/** Parameters that the protocol owns: an operator who set them would take a check away. */
const ownParams = new Set(
  'client_id client_secret redirect_uri response_type response_mode scope state nonce code_challenge code_challenge_method max_age id_token_hint request request_uri code grant_type code_verifier'.split(
    ' ',
  ),
);

const address = z.string().refine(isAddress, 'must be an https: address without query and fragment');
const common = {
  id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be small letters, digits and hyphens, and begin with a letter'),
  client_id: z.string().min(1).max(255),
  client_secret: z.string().min(1).optional(),
  token_auth: z.enum(['client_secret_basic', 'client_secret_post']).default('client_secret_basic'),
  name: z.string().min(1).max(40).optional(),
  scope: z.string().min(1).optional(),
  params: z
    .record(z.string(), z.string())
    .refine((all) => !Object.keys(all).some((name) => ownParams.has(name)), 'may not name what the protocol sets')
    .default({}),
  response_mode: z.enum(['query', 'form_post']).default('query'),
  sign_up: z.boolean().default(true),
  domains: z
    .array(
      z
        .string()
        .toLowerCase()
        .regex(/^[a-z\d.-]+$/),
    )
    .default([]),
  trust_email: z.boolean().default(false),
  sign_out: z.enum(['here', 'provider']).default('here'),
};
const tenant = z
  .string()
  .regex(/^[\w.-]+$/)
  .refine((one) => one !== 'common' && one !== 'organizations', 'must be one tenant: the issuer of many is a pattern');

const preset = z.discriminatedUnion('preset', [
  z.strictObject({ ...common, preset: z.literal('google') }),
  z.strictObject({ ...common, preset: z.literal('microsoft'), tenant }),
  z.strictObject({ ...common, preset: z.literal('github'), base_url: address.optional() }),
]);
const plain = z.strictObject({ ...common, issuer: address, name: z.string().min(1).max(40) });
type Entry = z.infer<typeof preset | typeof plain>;

/** Checks `OIDC_PROVIDERS`, a JSON array, and outputs its providers. Its messages quote no value. */
export const providerList = z.string().transform((text, context): Provider[] => {
  const wrong = (message: string) => context.addIssue({ code: 'custom', message });
  const list = parseList(text);
  if (!list) {
    wrong('must be a JSON array of providers (docs/providers.md)');
    return z.NEVER;
  }
  const providers = list.flatMap((value, index) => {
    const hasPreset = typeof value === 'object' && value !== null && 'preset' in value;
    const parsed = (hasPreset ? preset : plain).safeParse(value);
    if (parsed.success) return toProvider(parsed.data);
    for (const { path, message } of parsed.error.issues)
      wrong(`entry ${index + 1}: ${path.join('.') || 'it'} ${message}`);
    return [];
  });
  if (new Set(providers.map(({ id }) => id)).size < providers.length) wrong('names the same id twice');
  return providers;
});

function toProvider(given: Entry): Provider {
  const common = {
    id: given.id,
    preset: 'preset' in given ? given.preset : null,
    clientId: given.client_id,
    clientSecret: given.client_secret ?? null,
    tokenAuth: given.token_auth,
    scope: given.scope ?? 'openid email profile',
    params: given.params,
    responseMode: given.response_mode,
    signUp: given.sign_up,
    domains: given.domains,
    trustEmail: given.trust_email,
    signOut: given.sign_out,
  };
  if (!('preset' in given)) return { ...common, name: given.name, issuer: given.issuer, discovery: given.issuer };
  switch (given.preset) {
    case 'google': {
      const issuer = 'https://accounts.google.com';
      return { ...common, name: given.name ?? 'Google', issuer, discovery: issuer };
    }
    case 'microsoft': {
      const tenant = given.tenant === 'consumers' ? consumers : given.tenant;
      const discovery = `https://login.microsoftonline.com/${tenant}/v2.0`;
      const issuer = tenantId.test(tenant) ? discovery.toLowerCase() : null;
      return { ...common, name: given.name ?? 'Microsoft', issuer, discovery };
    }
    case 'github': {
      const issuer = given.base_url?.replace(/\/$/, '') ?? 'https://github.com';
      const scope = given.scope ?? 'read:user user:email';
      return { ...common, scope, name: given.name ?? 'GitHub', issuer, discovery: null };
    }
  }
}

function parseList(text: string): unknown[] | null {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** Decides whether an address may lead to a provider: https, or http on this machine. */
export function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return isSafeUrl(url) && !url.search && !url.hash;
}
