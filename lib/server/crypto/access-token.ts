import { randomUUID } from 'node:crypto';
import { importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
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
      const key = await importJWK<JWK>({ ...jwk, use: 'sig' }, jwk.alg);
      const probe = await new SignJWT({}).setProtectedHeader({ alg: jwk.alg }).sign(key);
      await jwtVerify(probe, await importJWK(publicJwk(jwk), jwk.alg), { algorithms: [jwk.alg] });
    } catch {
      return `ACCESS_TOKEN_KEYS has a key that cannot sign and verify: the one with kid ${JSON.stringify(jwk.kid)}`;
    }
  }
  return null;
}

export type SignAccessToken = (subject: Omit<AccessClaims, 'expiresAt'>, now: Date) => Promise<SignedAccessToken>;

/** Makes the function that signs access tokens (RFC 9068) with the first key of the set. */
export function accessTokenSigner(options: {
  keys: PrivateJwk[];
  issuer: string;
  audience: string;
  ttlSeconds: number;
}): SignAccessToken {
  const [first] = options.keys;
  if (!first) throw new Error('ACCESS_TOKEN_KEYS is empty.');
  const header = { alg: first.alg, kid: first.kid, typ: 'at+jwt' };
  const key = importJWK<JWK>({ ...first, use: 'sig' }, first.alg);
  return async ({ userId, sessionId, generation }, now) => {
    const issuedAt = Math.floor(now.getTime() / 1000);
    const expiresAt = issuedAt + options.ttlSeconds;
    const token = await new SignJWT({ client_id: 'web', sid: sessionId, gen: generation })
      .setProtectedHeader(header)
      .setIssuer(options.issuer)
      .setAudience(options.audience)
      .setSubject(userId)
      .setJti(randomUUID())
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(await key);
    return { token, claims: { userId, sessionId, generation, expiresAt: new Date(expiresAt * 1000) } };
  };
}
