import 'server-only';
import type { NewSecurityEvent } from '#db/store/activity.ts';
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

/** Limits the rounds of a refresh. All but one of several racers lose the compare-and-set once, then find a replay. */
const maxRounds = 20;

/**
 * Answers a refresh token with the head's tokens, by the rule of docs/token-lifecycle.md. Returns null when the session
 * is over or never existed. Throws `slow_down` or `temporarily_unavailable`: nothing is lost then, and the same token
 * may be sent again.
 */
export async function refresh(deps: Container, token: string | null, requester: Requester): Promise<Issued | null> {
  const presented = await presentRefreshToken(deps, token, requester);
  return presented?.answered ? issue(deps, presented.answered) : null;
}

/**
 * Decides about a refresh token and writes what follows, but issues nothing. Returns null for a token that is not
 * authentic or whose session does not exist. Throws `slow_down` or `temporarily_unavailable`.
 */
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

/** The outcome of presenting a refresh token. */
interface Presentation {
  decision: Decision;
  /** The session, head and user to issue tokens for; null when the token was refused. */
  answered: Answered | null;
}

interface Answered {
  session: SessionRow;
  head: number;
  user: SessionWithUser['user'];
}

/** The facts of a security event about the session. */
interface About {
  userId: string;
  sessionId: string;
  requester: Requester;
  now: Date;
}

/** Decides on the row as read and writes what follows. Returns `again` if it has changed since. Throws `slow_down`. */
async function present(
  deps: Container,
  found: SessionWithUser,
  presented: PresentedToken,
  requester: Requester,
): Promise<Presentation | 'again'> {
  const { env } = deps;
  const { session, user } = found;
  const now = sessionNow(session, deps.clock().getTime());
  const decision = decide(
    session,
    { generation: presented.generation, nonceMatches: deps.refreshTokens.nonceMatches(session, presented) },
    { now, graceMs: env.REFRESH_GRACE_SECONDS * 1000, epochs: { user: user.epoch, app: env.AUTH_EPOCH } },
  );
  const about = { userId: user.id, sessionId: session.id, requester, now: new Date(now) };
  const refused: Presentation = { decision, answered: null };
  // The head's token cannot be written without its key. The row is left alone, since the key may be listed again later.
  if (decision !== 'forged' && !deps.refreshTokens.knows(session.headKid)) return { decision: 'ended', answered: null };
  switch (decision) {
    case 'forged':
      deps.log.error(
        { event: 'refresh_forged', sessionId: session.id },
        'A refresh token with a good tag and a wrong nonce was presented: is AUTH_SECRET known to somebody?',
      );
      return refused;
    case 'ended':
      return refused;
    case 'ahead':
      deps.log.error(
        'A refresh token from the future was presented: the database lost writes. Raise AUTH_EPOCH after a restore.',
      );
      return (await endAndLog(deps, session, 'rollback', newSecurityEvent(deps, 'refresh_rollback', about)))
        ? refused
        : 'again';
    case 'reuse':
      return (await endAndLog(deps, session, 'reuse', newSecurityEvent(deps, 'refresh_reuse', about)))
        ? refused
        : 'again';
    case 'replay':
      // Ordinary where many tabs are open, so it is no security event and is logged at level debug only.
      deps.log.debug({ event: 'refresh_replayed', userId: user.id, sessionId: session.id });
      await limitTries(deps, 'replay-session', session.id, 'LIMIT_REFRESH_PER_SESSION');
      // Counting may have waited for the database, so the row that was decided on is compared once more.
      return (await isUnchanged(deps, session, user.epoch))
        ? { decision, answered: { session, head: session.head, user } }
        : 'again';
    case 'rotate':
    case 'replace':
      return advance(deps, found, decision, about);
  }
}

/** Writes a rotation or a replacement. Returns `again` if the row has changed since it was read. Throws `slow_down`. */
async function advance(
  deps: Container,
  { session, user }: SessionWithUser,
  decision: 'rotate' | 'replace',
  about: About,
): Promise<Presentation | 'again'> {
  const { env, store } = deps;
  const now = about.now.getTime();
  const next = {
    ...(decision === 'rotate' ? rotate(session, now, env.REFRESH_GRACE_SECONDS * 1000) : replace(session, now)),
    ...countRefresh(deps, session, now),
    headKid: deps.refreshTokens.newestKid,
    idleExpiresAt: now + env.SESSION_IDLE_SECONDS * 1000,
  };
  if (!(await store.advance(session.id, session.version, next))) return 'again';
  // Recorded once for each used token, however often its answer was lost.
  if (decision === 'replace' && session.head === (session.parent ?? 0) + 1)
    await recordSecurityEvent(deps, newSecurityEvent(deps, 'refresh_replaced', about), user.id);
  return { decision, answered: { session: { ...session, ...next }, head: next.head, user } };
}

/** Ends a session and logs the event. Returns false, and writes nothing, when the row has changed since it was read. */
async function endAndLog(
  { store, log }: Container,
  { id, version }: SessionRow,
  reason: 'reuse' | 'rollback',
  event: NewSecurityEvent,
): Promise<boolean> {
  const isEnded = await store.endByVersion(id, version, reason, event);
  if (isEnded) logSecurityEvent(log, event);
  return isEnded;
}

async function isUnchanged({ store }: Container, { id, version }: SessionRow, epoch: number): Promise<boolean> {
  const current = await store.findSession(id);
  return current?.session.version === version && current.user.epoch === epoch;
}

/** Counts a refresh in the session's row, which is written anyway. Returns the changed fields. Throws `slow_down`. */
function countRefresh(
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
