import { base64url, decodeProtectedHeader, errors, importJWK, jwtVerify } from 'jose';
import { z } from 'zod';
import { issuedAtLeewaySeconds } from '#lib/core/policy.ts';
import type { PublicKey } from '#lib/core/runtime/contract.ts';
import type { PrivateJwk } from '#lib/core/setting-kinds.ts';
import { expiringCache } from './expiring-cache.ts';

/** The claims of an access token (RFC 9068) that the app reads. */
export interface AccessClaims {
  userId: string;
  sessionId: string;
  /** The generation of the refresh token that was issued with it. */
  generation: number;
  expiresAt: Date;
}

export type Verification = { kind: 'valid'; claims: AccessClaims } | { kind: 'expired' } | { kind: 'invalid' };
export type VerifyAccessToken = (token: string, now: Date) => Promise<Verification>;

const payloadSchema = z.object({
  // jose would accept a list of audiences; this app issues one string.
  aud: z.string(),
  sub: z.uuid(),
  sid: z.uuid(),
  gen: z.int().min(0),
  client_id: z.literal('web'),
  jti: z.string().min(1),
  iat: z.int(),
  exp: z.int(),
});

const publicMembers = ['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg'] as const;

/** Returns the public half of a private key (RFC 7517). */
export function publicJwk(key: PrivateJwk): PublicKey {
  const members = publicMembers.flatMap((name) => {
    const value = key[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const { kty, kid, alg } = key;
  return { ...Object.fromEntries(members), kty, kid, alg, use: 'sig' };
}

/**
 * Makes the function that verifies access tokens, with the algorithm of the key that `kid` names and exact `typ`, `iss`
 * and `aud` (RFC 8725, 9068). The function checks a token's signature once: valid tokens stay in a bounded cache until
 * their `exp`. It does not ask whether the session is still alive.
 */
export function accessTokenVerifier(options: {
  keys: PrivateJwk[];
  issuer: string;
  audience: string;
}): VerifyAccessToken {
  const keys = new Map(
    options.keys.map((key) => [key.kid, { alg: key.alg, key: importJWK(publicJwk(key), key.alg) }] as const),
  );
  const verified = expiringCache<AccessClaims>();

  async function check(token: string, now: Date): Promise<Verification> {
    const header = decodeProtectedHeader(token);
    const known = keys.get(header.kid ?? '');
    const isPlain = Object.keys(header).every((name) => name === 'alg' || name === 'kid' || name === 'typ');
    if (!known || !isPlain || header.typ !== 'at+jwt' || !isCanonical(token)) return { kind: 'invalid' };
    const { payload } = await jwtVerify(token, await known.key, {
      algorithms: [known.alg],
      issuer: options.issuer,
      audience: options.audience,
      currentDate: now,
      clockTolerance: 0,
    });
    const claims = payloadSchema.parse(payload);
    if (claims.iat * 1000 > now.getTime() + issuedAtLeewaySeconds * 1000) return { kind: 'invalid' };
    return {
      kind: 'valid',
      claims: {
        userId: claims.sub,
        sessionId: claims.sid,
        generation: claims.gen,
        expiresAt: new Date(claims.exp * 1000),
      },
    };
  }

  return async (token, now) => {
    const cached = verified.get(token, now);
    if (cached) return { kind: 'valid', claims: cached };
    try {
      const result = await check(token, now);
      if (result.kind === 'valid') verified.set(token, result.claims, result.claims.expiresAt);
      return result;
    } catch (error) {
      return { kind: error instanceof errors.JWTExpired && isOtherwiseGood(error) ? 'expired' : 'invalid' };
    }
  };
}

/** Accepts only one of the several ways to write a signature in base64url, so that any changed character is noticed. */
function isCanonical(token: string): boolean {
  const signature = token.slice(token.lastIndexOf('.') + 1);
  return base64url.encode(base64url.decode(signature)) === signature;
}

/** Checks an expired token's claims. The rest is known to be good, since jose checks `iss`, `aud` and others first. */
function isOtherwiseGood(error: errors.JWTExpired): boolean {
  return payloadSchema.safeParse(error.payload).success;
}
