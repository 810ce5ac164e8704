import 'server-only';
import type { AccessRow } from '#db/store/sessions.ts';
import { AppError, bearerError } from '#lib/core/errors.ts';
import { retryAfterSeconds } from '#lib/core/policy.ts';
import { access, sessionNow } from '#lib/core/sessions/rotation.ts';
import type { AccessClaims } from '#lib/edge/access-token.ts';
import type { Container } from '#lib/server/runtime/container.ts';

export type AccessCheck = { kind: 'granted'; access: AccessRow } | { kind: 'ended' } | { kind: 'stale' };

/** A confirm is lost to a refresh, a sign-out or another confirm; reading again tells which. More rounds than this is a storm. */
const maxRounds = 5;

/**
 * Asks what a signature cannot tell: does the session live, and is the token's generation the head's or its parent's?
 * The first use of a head confirms it, written before any data is served. Throws `temporarily_unavailable` in a storm.
 */
export async function checkAccess(deps: Container, claims: AccessClaims): Promise<AccessCheck> {
  for (let round = 0; round < maxRounds; round++) {
    const check = await checkOnce(deps, claims);
    if (check !== 'again') return check;
  }
  throw new AppError('temporarily_unavailable', { retryAfterSeconds });
}

async function checkOnce(deps: Container, claims: AccessClaims): Promise<AccessCheck | 'again'> {
  const found = await deps.store.findAccess(claims.sessionId);
  if (!found) return { kind: 'ended' };
  const { session, user } = found;
  if (user.id !== claims.userId) return { kind: 'stale' };
  const now = sessionNow(session, deps.clock().getTime());
  const verdict = access(session, claims.generation, { user: user.epoch, app: deps.env.AUTH_EPOCH }, now);
  if (verdict === 'ended' || verdict === 'stale') return { kind: verdict };
  if (verdict === 'confirm') {
    const idleExpiresAt = new Date(now + deps.env.SESSION_IDLE_SECONDS * 1000);
    const isConfirmed = await deps.store.confirm(session.id, claims.generation, new Date(now), idleExpiresAt);
    if (!isConfirmed) return 'again';
  }
  return { kind: 'granted', access: found };
}

/** Lets a verified access token in whose session lives. Throws `invalid_token`, saying only whether the session has ended. */
export async function requireAccess(deps: Container, claims: AccessClaims): Promise<AccessRow> {
  const check = await checkAccess(deps, claims);
  if (check.kind === 'granted') return check.access;
  throw bearerError(check.kind === 'ended' ? 'ended' : 'invalid');
}
