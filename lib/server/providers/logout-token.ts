import 'server-only';
import { createHash } from 'node:crypto';
import type { Container } from '#lib/server/runtime/container.ts';
import { clockToleranceSeconds, isIdentifier } from './claims.ts';
import type { Connection } from './directory.ts';

/** Tells of a provider's session that is over, or of all sessions of a subject. */
interface LogoutNotice {
  sid: string | null;
  subject: string | null;
  issuedAt: Date;
  /** Names the token, so that it counts once. */
  id: string;
}

const issuedWithinSeconds = 300;
const event = 'http://schemas.openid.net/event/backchannel-logout';

/** Verifies a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6). Throws for any defect. */
export async function readLogoutToken(
  { clock }: Container,
  { keys, issuer, algorithms, provider }: Connection,
  token: string,
): Promise<LogoutNotice> {
  const { jwtVerify } = await import('jose');
  if (!keys) throw new Error('The provider names no keys.');
  const now = clock();
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    ...{ algorithms, issuer, audience: provider.clientId, currentDate: now, clockTolerance: clockToleranceSeconds },
    requiredClaims: ['iat', 'jti', 'events'],
  });
  const { typ } = protectedHeader;
  const { iat = 0, jti, events, sid, sub } = payload;
  const isTyped = typ === undefined || ['logout+jwt', 'jwt'].includes(typ.toLowerCase());
  const member = isObject(events) ? events[event] : undefined;
  const isRecent = Math.abs(now.getTime() / 1000 - iat) <= issuedWithinSeconds;
  const areNames = [sid, sub].every((value) => value === undefined || isIdentifier(value));
  const isGood = isTyped && isObject(member) && isRecent && !('nonce' in payload) && areNames;
  if (!isGood || typeof jti !== 'string' || (sid === undefined && sub === undefined))
    throw new Error('This is no logout token.');
  const id = createHash('sha256').update(`latchkey logout|${issuer}|${jti}`).digest('base64url');
  return {
    sid: isIdentifier(sid) ? sid : null,
    subject: sub ?? null,
    ...{ issuedAt: new Date(iat * 1000), id },
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
