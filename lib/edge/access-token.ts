import { base64url, decodeProtectedHeader, errors, importJWK, jwtVerify } from 'jose';
import { z } from 'zod';
import { issuedAtLeewaySeconds } from '#lib/core/policy.ts';
import type { PublicKey } from '#lib/core/runtime/contract.ts';
import type { PrivateJwk } from '#lib/core/setting-kinds.ts';
import { expiringCache } from './expiring-cache.ts';

/** What an access token says (RFC 9068): whose it is, of which session and of which refresh generation. */
export interface AccessClaims {
  userId: string;
  sessionId: string;
  generation: number;
  expiresAt: Date;
}

export type Verification = { kind: 'valid'; claims: AccessClaims } | { kind: 'expired' } | { kind: 'invalid' };
export type VerifyAccessToken = (token: string, now: Date) => Promise<Verification>;

const payloadSchema = z.object({
  // A list of audiences would pass jose; ours is one string.
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

/** Takes from a private key the part that everyone may have (RFC 7517). */
export function publicJwk(key: PrivateJwk): PublicKey {
  const members = publicMembers.flatMap((name) => {
    const value = key[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const { kty, kid, alg } = key;
  return { ...Object.fromEntries(members), kty, kid, alg, use: 'sig' };
}

/**
 * Verifies access tokens with the algorithm of the key that `kid` names, exact `typ`, `iss` and `aud` (RFC 8725, 9068).
 * A signature is checked once per token and process: what was valid stays in a bounded cache until its `exp`, no longer.
 * Whether the session still lives is not asked here.
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
    if (!known || !isPlain || header.typ !== 'at+jwt' || !isSpeltOnce(token)) return { kind: 'invalid' };
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

/** base64url can spell the same signature in several ways. One counts, so that no changed letter goes unnoticed. */
function isSpeltOnce(token: string): boolean {
  const signature = token.slice(token.lastIndexOf('.') + 1);
  return base64url.encode(base64url.decode(signature)) === signature;
}

/** jose checks `iss`, `aud` and the rest before `exp`, so only the shape of our own claims is left to ask. */
function isOtherwiseGood(error: errors.JWTExpired): boolean {
  return payloadSchema.safeParse(error.payload).success;
}
