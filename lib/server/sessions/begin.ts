import 'server-only';
import { randomUUID } from 'node:crypto';
import type { Beginning, NewSession } from '#db/store/sessions.ts';
import type { EventType } from '#lib/core/activity/contract.ts';
import type { Requester } from '#lib/core/requester.ts';
import { logSecurityEvent, newSecurityEvent } from '#lib/server/activity/record.ts';
import { newSeed } from '#lib/server/crypto/refresh-token.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { sessionIdOfRefreshToken } from './of-cookies.ts';

/** Who begins a session, on what, and what is said of it. */
export interface Start {
  userId: string;
  on: Beginning;
  event: EventType;
  /** "Remember me": the browser keeps the cookies when it closes. */
  persistent: boolean;
  requester: Requester;
  /** The refresh token that came with the request, of whatever age: its session ends as `replaced`. */
  refreshToken?: string | null;
  /** Ends the session sooner than the settings do. */
  lifeSeconds?: number;
}

/**
 * Begins a session, in whatever way somebody signs in: writes its row, the end of the one it replaces and the event, all of it
 * on the condition in `on`. Null where that does not hold: nothing was written. Throws `StoreUnavailable`.
 */
export async function beginSession(deps: Container, start: Start): Promise<NewSession | null> {
  const { userId, requester, on } = start;
  const now = deps.clock();
  const session = newSession(deps, start, now);
  const event = newSecurityEvent(start.event, { userId, sessionId: session.id, requester, now });
  const endSessionId = await sessionIdOfRefreshToken(deps, start.refreshToken ?? null);
  const outcome = await deps.store.beginSession({ session, on, endSessionId, event });
  if (outcome === 'refused') return null;
  logSecurityEvent(deps.log, event);
  return session;
}

/** Makes a session's row: generation 0, and an absolute end that never moves. */
function newSession(
  { env, refreshTokens }: Container,
  { userId, persistent, requester, lifeSeconds = Number.POSITIVE_INFINITY }: Start,
  now: Date,
): NewSession {
  return {
    id: randomUUID(),
    userId,
    seed: newSeed(),
    headKid: refreshTokens.newestKid,
    persistent,
    appEpoch: env.AUTH_EPOCH,
    idleExpiresAt: now.getTime() + Math.min(lifeSeconds, env.SESSION_IDLE_SECONDS) * 1000,
    expiresAt: now.getTime() + Math.min(lifeSeconds, env.SESSION_MAX_SECONDS) * 1000,
    createdAt: now,
    ...requester,
  };
}
