import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { importJWK, jwtVerify } from 'jose';
import { levelOf } from '#lib/core/sessions/authentication.ts';
import type { PrivateJwk } from '#lib/core/setting-kinds.ts';
import { type AccessClaims, publicJwk } from '#lib/edge/access-token.ts';

export interface SignedAccessToken {
  token: string;
  claims: AccessClaims;
}

/** Checks that each key signs what its public half verifies. Returns the problem with the first bad key, or null. */
export async function keyProblem(keys: PrivateJwk[]): Promise<string | null> {
  for (const jwk of keys) {
    try {
      const probe = signer(jwk)({});
      await jwtVerify(probe, await importJWK(publicJwk(jwk), jwk.alg), { algorithms: [jwk.alg] });
    } catch {
      return `ACCESS_TOKEN_KEYS has a key that cannot sign and verify: the one with kid ${JSON.stringify(jwk.kid)}`;
    }
  }
  return null;
}

/**
 * Makes the function that signs claims with a key, as a JWS in its compact form (RFC 7515 3.1). Uses node:crypto: jose
 * signs by Web Crypto, whose way to another thread and back costs as much as the signature. (Not for RS256, whose
 * signature takes a millisecond and more; EdDSA is the default.)
 */
function signer(jwk: PrivateJwk): (claims: object) => string {
  const key = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  const hash = jwk.alg === 'EdDSA' ? null : 'sha256';
  const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = base64url({ alg: jwk.alg, kid: jwk.kid, typ: 'at+jwt' });
  return (claims) => {
    const signed = `${header}.${base64url(claims)}`;
    // RFC 7518 3.4 wants an ECDSA signature as two numbers; Node's own form is DER.
    const signature = sign(hash, Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  };
}

/** The subject of an access token. */
export interface TokenSubject extends Omit<AccessClaims, 'expiresAt'> {
  /** Time at which the person last showed who they are, and how, as in `SessionRow`. A refresh changes neither. */
  authTime: Date;
  amr: string;
}

export type SignAccessToken = (subject: TokenSubject, now: Date) => SignedAccessToken;

/** Makes the function that signs access tokens (RFC 9068) with the first key of the set. */
export function accessTokenSigner(options: {
  keys: PrivateJwk[];
  issuer: string;
  audience: string;
  ttlSeconds: number;
}): SignAccessToken {
  const [first] = options.keys;
  if (!first) throw new Error('ACCESS_TOKEN_KEYS is empty.');
  const signed = signer(first);
  return ({ userId, sessionId, generation, authTime, amr }, now) => {
    const iat = Math.floor(now.getTime() / 1000);
    const exp = iat + options.ttlSeconds;
    const { issuer: iss, audience: aud } = options;
    const token = signed({
      client_id: 'web',
      sid: sessionId,
      gen: generation,
      iss,
      aud,
      sub: userId,
      jti: randomUUID(),
      iat,
      exp,
      auth_time: Math.floor(authTime.getTime() / 1000),
      acr: levelOf(amr),
      // A provider's sign-in names no method of ours.
      ...(amr !== '' && { amr: amr.split(' ') }),
    });
    return { token, claims: { userId, sessionId, generation, expiresAt: new Date(exp * 1000) } };
  };
}
