import 'server-only';
import type { SecurityEvent } from '#db/store/activity.ts';
import type { SessionRow, SessionWithUser } from '#db/store/sessions.ts';
import { AppError } from '#lib/core/errors.ts';
import { retryAfterSeconds } from '#lib/core/policy.ts';
import type { Requester } from '#lib/core/requester.ts';
import { type Decision, decide, replace, rotate, sessionNow } from '#lib/core/sessions/rotation.ts';
import { logSecurityEvent, newSecurityEvent, recordSecurityEvent } from '#lib/server/activity/record.ts';
import type { PresentedToken } from '#lib/server/crypto/refresh-token.ts';
import { limitTries, slowDown } from '#lib/server/limits/tries.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { type Issued, issue } from './issue.ts';

/** Every racer but one loses the compare-and-set once, reads again and finds a repeat; more rounds than this is a storm. */
const maxRounds = 20;

/**
 * Answers a refresh token with the head's tokens, as docs/token-lifecycle.md says. Null: the session is over, or was never one.
 * Throws `slow_down` or `temporarily_unavailable`; then nothing is lost and the same token may be sent again.
 */
export async function refresh(deps: Container, token: string | null, requester: Requester): Promise<Issued | null> {
  const presented = await presentRefreshToken(deps, token, requester);
  return presented?.answered ? issue(deps, presented.answered) : null;
}

/** Decides about a refresh token and writes what follows, but issues nothing. Null: the token is none of ours. Throws as `refresh`. */
export async function presentRefreshToken(
  deps: Container,
  token: string | null,
  requester: Requester,
): Promise<Presentation | null> {
  const presented = deps.refreshTokens.parse(token);
  if (!presented) return null;
  for (let round = 0; round < maxRounds; round++) {
    const found = await deps.store.findSession(presented.sessionId);
    if (!found) return null;
    const outcome = await present(deps, found, presented, requester);
    if (outcome === 'again') continue;
    deps.metrics.refresh(outcome.decision);
    return outcome;
  }
  throw new AppError('temporarily_unavailable', { retryAfterSeconds });
}

interface Presentation {
  decision: Decision;
  /** What the answer is made of; null: refused. */
  answered: Answered | null;
}

interface Answered {
  session: SessionRow;
  head: number;
  user: SessionWithUser['user'];
}

/** Decides on what was read, and writes it if the row is still the same. */
async function present(
  deps: Container,
  { session, user }: SessionWithUser,
  presented: PresentedToken,
  requester: Requester,
): Promise<Presentation | 'again'> {
  const { env, store } = deps;
  const graceMs = env.REFRESH_GRACE_SECONDS * 1000;
  const now = sessionNow(session, deps.clock().getTime());
  const date = new Date(now);
  const decision = decide(
    session,
    { generation: presented.generation, nonceMatches: deps.refreshTokens.isOf(session, presented) },
    { now, graceMs, epochs: { user: user.epoch, app: env.AUTH_EPOCH } },
  );
  const about = { userId: user.id, sessionId: session.id, requester, now: date };
  const over: Presentation = { decision, answered: null };
  // A head that nobody could write again is left as it is: its key may come back onto the list.
  if (decision !== 'forged' && !deps.refreshTokens.knows(session.headKid)) return { decision: 'ended', answered: null };
  switch (decision) {
    case 'forged':
      deps.log.error(
        { event: 'refresh_forged', sessionId: session.id },
        'A refresh token with a good tag and a wrong nonce was presented: is AUTH_SECRET known to somebody?',
      );
      return over;
    case 'ended':
      return over;
    case 'ahead':
      deps.log.error(
        'A refresh token from the future was presented: the database lost writes. Raise AUTH_EPOCH after a restore.',
      );
      return (await endLogged(deps, session, 'rollback', newSecurityEvent('refresh_rollback', about))) ? over : 'again';
    case 'reuse':
      return (await endLogged(deps, session, 'reuse', newSecurityEvent('refresh_reuse', about))) ? over : 'again';
    case 'replay':
      // Twenty tabs do this every day: no event, and a line only for who asks for it.
      deps.log.debug({ event: 'refresh_replayed', userId: user.id, sessionId: session.id });
      await limitTries(deps, 'replay-session', session.id, env.LIMIT_REFRESH_PER_SESSION);
      // Counting may have waited for the database: what was decided on must still stand.
      return (await isUnchanged(deps, session, user.epoch))
        ? { decision, answered: { session, head: session.head, user } }
        : 'again';
    case 'rotate':
    case 'replace': {
      const next = {
        ...(decision === 'rotate' ? rotate(session, now, graceMs) : replace(session, now)),
        ...rateAfter(deps, session, now),
        headKid: deps.refreshTokens.newestKid,
        idleExpiresAt: now + env.SESSION_IDLE_SECONDS * 1000,
      };
      if (!(await store.advance(session.id, session.version, next))) return 'again';
      // Once for each token that was exchanged, however often its answer was lost.
      if (decision === 'replace' && session.head === (session.parent ?? 0) + 1)
        await recordSecurityEvent(deps, newSecurityEvent('refresh_replaced', about), user.id);
      return { decision, answered: { session: { ...session, ...next }, head: next.head, user } };
    }
  }
}

async function endLogged(
  { store, log }: Container,
  { id, version }: SessionRow,
  reason: 'reuse' | 'rollback',
  event: SecurityEvent,
): Promise<boolean> {
  const isEnded = await store.endByVersion(id, version, reason, event);
  if (isEnded) logSecurityEvent(log, event);
  return isEnded;
}

async function isUnchanged({ store }: Container, { id, version }: SessionRow, epoch: number): Promise<boolean> {
  const current = await store.findSession(id);
  return current?.session.version === version && current.user.epoch === epoch;
}

/** Counts a refresh against its limit in the row that is written anyway. Throws `slow_down`. */
function rateAfter(
  { env }: Container,
  session: SessionRow,
  now: number,
): Pick<SessionRow, 'rateStartedAt' | 'rateCount'> {
  const { count, seconds } = env.LIMIT_REFRESH_PER_SESSION;
  const resetAt = session.rateStartedAt + seconds * 1000;
  if (now >= resetAt) return { rateStartedAt: now, rateCount: 1 };
  if (env.RATE_LIMITS === 'on' && session.rateCount >= count) throw slowDown((resetAt - now) / 1000);
  return { rateStartedAt: session.rateStartedAt, rateCount: session.rateCount + 1 };
}
