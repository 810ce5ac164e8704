import 'server-only';
import type { AccessRow } from '#db/store/sessions.ts';
import { AppError, bearerError } from '#lib/core/errors.ts';
import { retryAfterSeconds } from '#lib/core/policy.ts';
import { access, sessionNow } from '#lib/core/sessions/rotation.ts';
import type { AccessClaims } from '#lib/edge/access-token.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** The outcome of an access check. `stale`: the generation is neither head nor parent, or the user is another. */
export type AccessCheck = { kind: 'granted'; access: AccessRow } | { kind: 'ended' } | { kind: 'stale' };

/** Limits the rounds of a check. A confirm that loses to a refresh, a sign-out or another confirm needs a new round. */
const maxRounds = 5;

/**
 * Lets in a verified access token whose session is alive. Throws `invalid_token`, whose text tells an ended session
 * from any other defect.
 */
export async function requireAccess(deps: Container, claims: AccessClaims): Promise<AccessRow> {
  const check = await checkAccess(deps, claims);
  if (check.kind === 'granted') return check.access;
  throw bearerError(check.kind === 'ended' ? 'ended' : 'invalid');
}

/**
 * Checks what a token's signature cannot tell: whether its session is alive and its generation the head or the parent.
 * The first use of a head confirms it, which is written before any data is served. Throws `temporarily_unavailable`
 * after too many lost races.
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
