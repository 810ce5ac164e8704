import 'server-only';
import { domainToUnicode } from 'node:url';
import { email as emailSchema } from '#lib/core/accounts/email.ts';
import { appleIssuer, isOidc, type Provider } from '#lib/core/providers/settings.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { clockToleranceSeconds, isIdentifier } from './claims.ts';
import type { Connection } from './directory.ts';
import { callProvider } from './fetch.ts';
import { derivedOf, redirectUri } from './transaction.ts';

/** Somebody, as a provider names them. */
export interface ProviderIdentity {
  issuer: string;
  subject: string;
  /** Address that the provider vouches for; null where it names none, or does not. */
  email: string | null;
  name: string | null;
  /** The provider's name for its own session. */
  sid: string | null;
  /** Seconds since 1970 at which they last showed the provider who they are; null where it does not say. */
  authTime: number | null;
}

/** An answer of a provider, with the secret of the browser that brought it. */
export interface AuthorizationResponse {
  state: string;
  code: string;
  iss: string | undefined;
  secret: string;
}

const issuedWithinSeconds = 600;

/**
 * Exchanges the code for an identity (OpenID Connect Core 1.0, section 3.1.3), and keeps no token. Throws `ProviderAway`, or another
 * error for whatever cannot be trusted.
 */
export async function exchangeCode(
  deps: Container,
  connection: Connection,
  { state, code, iss, secret }: AuthorizationResponse,
): Promise<ProviderIdentity> {
  const { provider, config, metadata } = connection;
  const client = await import('openid-client');
  const url = new URL(redirectUri(deps, provider));
  for (const [name, value] of Object.entries({ state, code, iss })) if (value) url.searchParams.set(name, value);
  const { nonce, verifier } = derivedOf(secret);
  const tokens = await client.authorizationCodeGrant(config, url, {
    ...{ expectedState: state, pkceCodeVerifier: verifier },
    ...(isOidc(provider) && { expectedNonce: nonce, idTokenExpected: true }),
  });
  if (!isOidc(provider)) return githubIdentity(connection, tokens.access_token);
  const claims = await idTokenClaims(deps, connection, tokens.id_token ?? '');
  const isAsked = claims.email === undefined && metadata.userinfo_endpoint !== undefined;
  const more = isAsked ? await client.fetchUserInfo(config, tokens.access_token, claims.sub) : {};
  return {
    ...{ issuer: connection.issuer, subject: claims.sub },
    email: vouchedEmail(provider, isAsked ? { ...claims, ...more } : claims),
    name: personName(claims.name ?? ('name' in more ? more.name : undefined)),
    sid: isIdentifier(claims.sid) && claims.sid.length <= 255 ? claims.sid : null,
    authTime: typeof claims.auth_time === 'number' ? claims.auth_time : null,
  };
}

interface IdClaims extends Record<string, unknown> {
  sub: string;
}

/**
 * Verifies an ID token's signature, which the library leaves to TLS, with the algorithms that are taken, and what else it does not
 * look at; it has compared nonce and authorized party. Throws for any defect.
 */
async function idTokenClaims({ clock }: Container, connection: Connection, token: string): Promise<IdClaims> {
  const { jwtVerify } = await import('jose');
  const { keys, issuer, algorithms, provider } = connection;
  if (!keys) throw new Error('The provider names no keys.');
  const now = clock();
  const { payload } = await jwtVerify(token, keys, {
    ...{ algorithms, issuer, audience: provider.clientId, currentDate: now, clockTolerance: clockToleranceSeconds },
    requiredClaims: ['iat', 'exp', 'sub'],
  });
  const { sub, iat = 0 } = payload;
  if (!isIdentifier(sub) || sub.length > 255) throw new Error('The subject is none.');
  if (Math.abs(now.getTime() / 1000 - iat) > issuedWithinSeconds) throw new Error('The ID token is not of now.');
  return { ...payload, sub };
}

interface EmailClaims extends Record<string, unknown> {
  email?: unknown;
  email_verified?: unknown;
  hd?: unknown;
}

/**
 * Returns an address that is one by our own rules and was written as we keep it, but for capitals and a domain in its own letters;
 * else null. One that only becomes another when it is folded or trimmed may have another owner at the provider (CVE-2019-19844).
 */
function exactEmail(given: unknown): string | null {
  const { data: kept } = emailSchema.safeParse(given);
  if (typeof given !== 'string' || kept === undefined) return null;
  const lower = given.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  const [local = '', domain = ''] = kept.split('@');
  const isExact = lower === kept || lower === `${local}@${domainToUnicode(domain)}`;
  return isExact && /^[!-~]+$/.test(local) ? kept : null;
}

/** Returns the address of claims if the provider vouches for it. */
function vouchedEmail(provider: Provider, { email, email_verified, hd }: EmailClaims): string | null {
  const address = exactEmail(email);
  if (address === null) return null;
  const isSaid =
    email_verified === true || (provider.issuer === appleIssuer && email_verified === 'true') || provider.trustEmail;
  // Any tenant's administrator sets a Microsoft address.
  if (provider.preset === 'microsoft' && !provider.trustEmail) return null;
  // Google knows the owners of its own domains only.
  const isGoogles = address.endsWith('@gmail.com') || (typeof hd === 'string' && hd !== '');
  if (provider.preset === 'google' && !isGoogles) return null;
  return isSaid ? address : null;
}

/** Asks GitHub who a token is of. It has no ID tokens: its numeric id never changes, a login may pass to another. */
async function githubIdentity({ issuer }: Connection, accessToken: string): Promise<ProviderIdentity> {
  const api = issuer === 'https://github.com' ? 'https://api.github.com' : `${issuer}/api/v3`;
  const headers = {
    Accept: 'application/vnd.github+json',
    Authorization: `Bearer ${accessToken}`,
    'User-Agent': 'Latchkey',
  };
  const read = async (path: string): Promise<unknown> => {
    const response = await callProvider(api + path, { headers });
    if (response.status !== 200) throw new Error(`GitHub answered ${response.status}.`);
    return response.json();
  };
  const user = await read('/user');
  const id = typeof user === 'object' && user !== null && 'id' in user ? user.id : undefined;
  if (!Number.isSafeInteger(id)) throw new Error('GitHub names nobody.');
  const emails = await read('/user/emails');
  const own = (Array.isArray(emails) ? emails : []).find((one) => one?.primary === true && one.verified === true);
  const address = exactEmail(own?.email);
  const isUsable = address !== null && !address.endsWith('@users.noreply.github.com');
  const name = typeof user === 'object' && user !== null && 'name' in user ? user.name : undefined;
  return {
    ...{ issuer, subject: String(id), email: isUsable ? address : null },
    ...{ name: personName(name), sid: null, authTime: null },
  };
}

/** Takes a name as a provider has it: a line that somebody else wrote. */
function personName(name: unknown): string | null {
  if (typeof name !== 'string') return null;
  const line = name.replace(/[\p{Cc}\p{Cs}]/gu, ' ').trim();
  return line === '' ? null : [...line].slice(0, 100).join('');
}
