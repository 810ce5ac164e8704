import 'server-only';
import type { NewEvent, SessionRow, SessionWithUser } from '#db/rows.ts';
import { AppError } from '#lib/core/errors.ts';
import { retryAfterSeconds } from '#lib/core/policy.ts';
import { type Decision, decide, replace, rotate, sessionNow } from '#lib/core/sessions/rotation.ts';
import { note } from '#lib/server/activity/record.ts';
import type { PresentedToken } from '#lib/server/crypto/refresh-token.ts';
import type { Client } from '#lib/server/http/route.ts';
import { limitTries, slowDown } from '#lib/server/limits/tries.ts';
import { logEvent } from '#lib/server/observability/log.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { type Issued, issue, newEvent } from './issue.ts';

/** Every racer but one loses the compare-and-set once, reads again and finds a repeat; more rounds than this is a storm. */
const maxRounds = 20;

/**
 * Trades a refresh token for the head's tokens, as docs/token-lifecycle.md says. Null: the session is over, or was never one.
 * Throws `slow_down` or `temporarily_unavailable`; then nothing is lost and the same token may be sent again.
 */
export async function refresh(deps: Container, token: string | null, client: Client): Promise<Issued | null> {
  const exchanged = await exchange(deps, token, client);
  return exchanged?.answered ? issue(deps, exchanged.answered) : null;
}

/** What was decided about a refresh token and written. Nothing is issued yet; null where it is none of ours. Throws as `refresh`. */
export async function exchange(deps: Container, token: string | null, client: Client): Promise<Exchange | null> {
  const presented = deps.refreshTokens.parse(token);
  if (!presented) return null;
  for (let round = 0; round < maxRounds; round++) {
    const found = await deps.store.findSession(presented.sessionId);
    if (!found) return null;
    const outcome = await present(deps, found, presented, client);
    if (outcome === 'again') continue;
    deps.metrics.refresh(outcome.decision);
    return outcome;
  }
  throw new AppError('temporarily_unavailable', { retryAfterSeconds });
}

interface Exchange {
  decision: Decision;
  /** What the answer is to be made of; null: refused. */
  answered: Answered | null;
}

interface Answered {
  session: SessionRow;
  head: number;
  user: SessionWithUser['user'];
}

/** One round: decide on what was read, and write it if the row is still the same. */
async function present(
  deps: Container,
  { session, user }: SessionWithUser,
  presented: PresentedToken,
  client: Client,
): Promise<Exchange | 'again'> {
  const { env, store } = deps;
  const graceMs = env.REFRESH_GRACE_SECONDS * 1000;
  const now = sessionNow(session, deps.clock().getTime());
  const date = new Date(now);
  const decision = decide(
    session,
    { generation: presented.generation, nonceMatches: deps.refreshTokens.isOf(session, presented) },
    { now, graceMs, epochs: { user: user.epoch, app: env.AUTH_EPOCH } },
  );
  const about = { userId: user.id, sessionId: session.id, client, now: date };
  const over: Exchange = { decision, answered: null };
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
      return (await endLogged(deps, session, 'rollback', newEvent('refresh_rollback', about))) ? over : 'again';
    case 'reuse':
      return (await endLogged(deps, session, 'reuse', newEvent('refresh_reuse', about))) ? over : 'again';
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
        await note(deps, newEvent('refresh_replaced', about), user.id);
      return { decision, answered: { session: { ...session, ...next }, head: next.head, user } };
    }
  }
}

async function endLogged(
  { store, log }: Container,
  { id, version }: SessionRow,
  reason: 'reuse' | 'rollback',
  event: NewEvent,
): Promise<boolean> {
  const isEnded = await store.endByVersion(id, version, reason, event);
  if (isEnded) logEvent(log, event);
  return isEnded;
}

async function isUnchanged({ store }: Container, { id, version }: SessionRow, epoch: number): Promise<boolean> {
  const current = await store.findSession(id);
  return current?.session.version === version && current.user.epoch === epoch;
}

/** The refresh limit is counted in the row that is written anyway. */
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
