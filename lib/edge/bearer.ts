import { AppError, bearerError } from '#lib/core/errors.ts';
import type { AccessClaims, VerifyAccessToken } from './access-token.ts';

/**
 * Verifies the request's `Authorization: Bearer` token (RFC 6750 section 2.1) and returns its claims. Throws
 * `unauthorized` without that header, and `invalid_token` when it has anything but a valid bearer token.
 */
export async function bearerClaims(headers: Headers, verify: VerifyAccessToken, now: Date): Promise<AccessClaims> {
  const header = headers.get('authorization');
  if (header === null) throw new AppError('unauthorized');
  const token = /^Bearer +([\w.~+/=-]+)$/i.exec(header)?.[1];
  if (!token) throw bearerError('invalid');
  const verified = await verify(token, now);
  if (verified.kind !== 'valid') throw bearerError(verified.kind);
  return verified.claims;
}
