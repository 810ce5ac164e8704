import 'server-only';
import { randomUUID } from 'node:crypto';
import type { NewEvent, NewSession, SessionRow, SessionWithUser, UserRow } from '#db/rows.ts';
import type { EventType, TokenResponse } from '#lib/core/contracts.ts';
import { truncatedAddress } from '#lib/core/limits/address.ts';
import { newSeed } from '#lib/server/crypto/refresh-token.ts';
import type { SessionCookieValues } from '#lib/server/http/cookies.ts';
import type { Client } from '#lib/server/http/route.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** What a sign-in or a refresh answers: the body, and the cookies that go with it. */
export interface Issued {
  body: TokenResponse;
  cookies: SessionCookieValues;
}

/** A session as it is written at sign-in: generation 0, and an absolute end that never moves. */
export function newSession(
  deps: Container,
  { userId, persistent, client, now }: { userId: string; persistent: boolean; client: Client; now: Date },
): NewSession {
  const { env, refreshTokens } = deps;
  return {
    id: randomUUID(),
    userId,
    seed: newSeed(),
    headKid: refreshTokens.newestKid,
    persistent,
    appEpoch: env.AUTH_EPOCH,
    idleExpiresAt: now.getTime() + env.SESSION_IDLE_SECONDS * 1000,
    expiresAt: now.getTime() + env.SESSION_MAX_SECONDS * 1000,
    createdAt: now,
    ...client,
  };
}

export function newEvent<Owner extends string | null>(
  type: EventType,
  { userId, sessionId, client, now }: { userId: Owner; sessionId: string | null; client: Client; now: Date },
): Omit<NewEvent, 'userId'> & { userId: Owner } {
  const { userAgent, ip } = client;
  return { id: randomUUID(), userId, sessionId, type, at: now, userAgent, ip: truncatedAddress(ip) };
}

type Issuable = Pick<SessionRow, 'id' | 'seed' | 'headKid' | 'persistent' | 'idleExpiresAt' | 'expiresAt'>;

/** The head's tokens: the access token, the sealed page session, the refresh token. Null when the head's key is no longer listed. */
export async function issue(
  deps: Container,
  { session, head, user }: { session: Issuable; head: number; user: Pick<UserRow, 'id' | 'email' | 'name'> },
): Promise<Issued | null> {
  const refreshToken = deps.refreshTokens.write(session, head, session.headKid);
  if (refreshToken === null) return null;
  // The clock itself, not the session's, which may be ahead of it: a token must not be issued in the future.
  const now = deps.clock();
  const subject = { userId: user.id, sessionId: session.id, generation: head };
  const { token, claims } = await deps.signAccessToken(subject, now);
  const seal = deps.sealSession(token, claims);
  const endsAt = Math.min(session.idleExpiresAt, session.expiresAt);
  const maxAgeSeconds = session.persistent ? Math.max(1, Math.floor((endsAt - now.getTime()) / 1000)) : null;
  return {
    body: tokenResponse(token, claims.expiresAt, user, now),
    cookies: { refreshToken, seal, maxAgeSeconds },
  };
}

/** Issues for a session that was just written: its key is the newest, so there is always one. */
export async function issueFirst(
  deps: Container,
  session: NewSession,
  user: Pick<UserRow, 'id' | 'email' | 'name'>,
): Promise<Issued> {
  const issued = await issue(deps, { session, head: 0, user });
  if (!issued) throw new Error('The newest key is not listed.');
  return issued;
}

export function tokenResponse(
  token: string,
  expiresAt: Date,
  { id, email, name }: Pick<UserRow, 'id' | 'email' | 'name'>,
  now: Date,
): TokenResponse {
  // `exp` is a whole second and `now` is not: rounded up, a new token says what the settings say.
  const expiresIn = Math.max(0, Math.ceil((expiresAt.getTime() - now.getTime()) / 1000));
  return { access_token: token, token_type: 'Bearer', expires_in: expiresIn, user: { id, email, name } };
}

/** The session that a refresh token names, when it is authentic, of whatever generation and age. */
export async function sessionOfRefreshToken(deps: Container, token: string | null): Promise<SessionWithUser | null> {
  const presented = deps.refreshTokens.parse(token);
  const found = presented && (await deps.store.findSession(presented.sessionId));
  return found && deps.refreshTokens.isOf(found.session, presented) ? found : null;
}

/** Its id: enough to end it. */
export async function sessionIdOfRefreshToken(deps: Container, token: string | null): Promise<string | null> {
  return (await sessionOfRefreshToken(deps, token))?.session.id ?? null;
}

/** The sessions that the two cookies name, of whatever generation and age: one, unless cookies of two were mixed. */
export async function sessionIdsOfCookies(
  deps: Container,
  cookies: { refresh: string | null; session: string | null },
): Promise<Set<string>> {
  const named = await Promise.all([
    sessionIdOfRefreshToken(deps, cookies.refresh),
    deps.sessionCookies.sessionIdOf(cookies.session),
  ]);
  return new Set(named.filter((id) => id !== null));
}
