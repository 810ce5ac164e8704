import 'server-only';
import type { AccessRow, SessionRow } from '#db/store/sessions.ts';
import type { DemoRefreshed, DemoSession, DemoUsed } from '#lib/core/demo/contract.ts';
import { throwAwayAgent, throwAwayLimit, throwAwaySeconds } from '#lib/core/demo/throw-away.ts';
import { AppError, bearerError, invalid } from '#lib/core/errors.ts';
import type { Requester } from '#lib/core/requester.ts';
import { type Decision, sessionNow } from '#lib/core/sessions/rotation.ts';
import { limitTries } from '#lib/server/limits/tries.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { checkAccess } from '#lib/server/sessions/access.ts';
import { beginSession } from '#lib/server/sessions/begin.ts';
import { endSession } from '#lib/server/sessions/end.ts';
import { presentRefreshToken } from '#lib/server/sessions/refresh.ts';

/** Returns the requester's own session, read again since this request may have confirmed it. Throws `invalid_token`. */
export async function showSession(deps: Container, sessionId: string): Promise<DemoSession> {
  const found = await deps.store.findSession(sessionId);
  if (!found) throw bearerError('ended');
  return toWire(deps, found.session);
}

/** Returns the user's most recently used throw-away session that is alive, or null. */
export async function findThrowAway(deps: Container, userId: string): Promise<DemoSession | null> {
  const [latest] = await livingThrowAways(deps, userId);
  return latest ? toWire(deps, latest) : null;
}

/**
 * Begins a session whose tokens no client gets, for an hour at most. Throws `slow_down` when the user already has three
 * of them, and `invalid_token` when the user was signed out everywhere meanwhile.
 */
export async function makeThrowAway(deps: Container, { user, session: asking }: AccessRow): Promise<DemoSession> {
  await limitTries(deps, 'throw-away', user.id, 'LIMIT_REFRESH_PER_SESSION');
  await requireRoom(deps, user.id, throwAwayLimit - 1);
  // Without an address: nobody has shown anything, so their network is no more known than before.
  const requester = { userAgent: throwAwayAgent, ip: null };
  const owner = await deps.store.findUser(user.id);
  // Takes the epoch that the bearer token was checked against, so that no session outlives a sign-out everywhere.
  const shown = { credentialVersion: owner?.credentialVersion ?? 0, epoch: user.epoch };
  const session = await beginSession(deps, {
    userId: user.id,
    basis: { kind: 'session', shown, askingSessionId: asking.id },
    event: 'signed_in',
    persistent: false,
    requester,
    lifeSeconds: throwAwaySeconds,
  });
  if (!session) throw bearerError('ended');
  // Concurrent requests may each have seen room for one more: each that now finds too many ends its own again.
  await requireRoom(deps, user.id, throwAwayLimit).catch(async (error: unknown) => {
    await endSession(deps, user.id, session.id, requester).catch(() => {});
    throw error;
  });
  const made = await deps.store.findSession(session.id);
  if (!made) throw bearerError('ended');
  return toWire(deps, made.session);
}

/**
 * Presents the refresh token of a generation as a request would, but issues nothing for it. Throws `not_found` unless
 * `id` is a throw-away session of the user, `invalid_request` for a generation above the head, `slow_down` or
 * `temporarily_unavailable`.
 */
export async function refreshThrowAway(
  deps: Container,
  access: AccessRow,
  { id, generation, requester }: { id: string; generation: number; requester: Requester },
): Promise<DemoRefreshed> {
  const session = await requireThrowAway(deps, access, id);
  // A generation above the head would raise the alarm that the database has lost writes.
  if (generation > session.head) throw invalid({ generation: [`The newest is ${session.head}.`] });
  const token = deps.refreshTokens.write(session, generation, session.headKid);
  const presented = await presentRefreshToken(deps, token, { userAgent: throwAwayAgent, ip: requester.ip });
  const { decision, answered } = presented ?? { decision: 'ended', answered: null };
  return { outcome: outcomes[decision], session: answered && toWire(deps, answered.session) };
}

/** Uses the head as its access token would. Throws `not_found` unless `id` is a throw-away session of the user. */
export async function confirmThrowAway(deps: Container, access: AccessRow, id: string): Promise<DemoUsed> {
  const session = await requireThrowAway(deps, access, id);
  const claims = { userId: access.user.id, sessionId: id, generation: session.head, expiresAt: deps.clock() };
  const check = await checkAccess(deps, claims);
  const found = check.kind === 'ended' ? null : await deps.store.findSession(id);
  return found ? { outcome: 'used', session: toWire(deps, found.session) } : { outcome: 'ended', session: null };
}

/**
 * Names each decision on the wire. `forged` and `ahead` cannot happen, since the token is written here, for a
 * generation that exists.
 */
const outcomes: Record<Decision, DemoRefreshed['outcome']> = {
  rotate: 'rotated',
  replay: 'replayed',
  replace: 'replaced',
  reuse: 'reuse',
  ended: 'ended',
  forged: 'ended',
  ahead: 'ended',
};

async function requireThrowAway(deps: Container, { user, session: own }: AccessRow, id: string): Promise<SessionRow> {
  const session = id === own.id ? null : (await deps.store.findSession(id))?.session;
  if (session?.userId !== user.id || session.userAgent !== throwAwayAgent) throw new AppError('not_found');
  return session;
}

async function livingThrowAways(deps: Container, userId: string): Promise<SessionRow[]> {
  const sessions = await deps.store.listSessions(userId, deps.clock(), deps.env.AUTH_EPOCH);
  return sessions.filter(({ userAgent }) => userAgent === throwAwayAgent);
}

async function requireRoom(deps: Container, userId: string, most: number): Promise<void> {
  const living = await livingThrowAways(deps, userId);
  if (living.length <= most) return;
  const firstEnd = Math.min(...living.map(({ idleExpiresAt, expiresAt }) => Math.min(idleExpiresAt, expiresAt)));
  throw new AppError('slow_down', {
    description: `${throwAwayLimit} throw-away sessions live already. End one of them first.`,
    retryAfterSeconds: (firstEnd - deps.clock().getTime()) / 1000,
  });
}

function toWire({ env, clock }: Container, session: SessionRow): DemoSession {
  const { id, head, parent, exchangedAt, confirmedAt, idleExpiresAt, expiresAt } = session;
  return {
    id,
    head,
    parent,
    exchanged_at: instant(exchangedAt),
    confirmed_at: confirmedAt === null ? null : instant(confirmedAt),
    idle_expires_at: instant(Math.min(idleExpiresAt, expiresAt)),
    expires_at: instant(expiresAt),
    grace_seconds: env.REFRESH_GRACE_SECONDS,
    now: instant(sessionNow(session, clock().getTime())),
  };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
