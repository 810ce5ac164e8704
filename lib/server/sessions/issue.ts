import 'server-only';
import type { UserRow } from '#db/store/accounts.ts';
import type { NewSession, SessionRow } from '#db/store/sessions.ts';
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** What a sign-in or a refresh answers: the body, and the cookies that go with it. */
export interface Issued {
  body: TokenResponse;
  cookies: IssuedCookies;
}

export interface IssuedCookies {
  refreshToken: string;
  pageSession: string;
  /** Null: the browser forgets both when it closes. */
  maxAgeSeconds: number | null;
}

type Issuable = Pick<SessionRow, 'id' | 'seed' | 'headKid' | 'persistent' | 'idleExpiresAt' | 'expiresAt'>;
type IssuedTo = Pick<UserRow, 'id' | 'email' | 'name'>;

/** Issues the head's tokens: access token, page session, refresh token. Null when the head's key is no longer listed. */
export async function issue(
  deps: Container,
  { session, head, user }: { session: Issuable; head: number; user: IssuedTo },
): Promise<Issued | null> {
  const refreshToken = deps.refreshTokens.write(session, head, session.headKid);
  if (refreshToken === null) return null;
  // The clock itself, not the session's, which may be ahead of it: a token must not be issued in the future.
  const now = deps.clock();
  const subject = { userId: user.id, sessionId: session.id, generation: head };
  const { token, claims } = await deps.signAccessToken(subject, now);
  const pageSession = deps.sealPageSession(token, claims);
  const endsAt = Math.min(session.idleExpiresAt, session.expiresAt);
  const maxAgeSeconds = session.persistent ? Math.max(1, Math.floor((endsAt - now.getTime()) / 1000)) : null;
  return {
    body: tokenResponse(token, claims.expiresAt, user, now),
    cookies: { refreshToken, pageSession, maxAgeSeconds },
  };
}

/** Issues for a session that was just written: its key is the newest, so there is always one. */
export async function issueFirst(deps: Container, session: NewSession, user: IssuedTo): Promise<Issued> {
  const issued = await issue(deps, { session, head: 0, user });
  if (!issued) throw new Error('The newest key is not listed.');
  return issued;
}

/** Makes the body of a token response (RFC 6749 section 5.1) for an access token that ends at `expiresAt`. */
export function tokenResponse(token: string, expiresAt: Date, { id, email, name }: IssuedTo, now: Date): TokenResponse {
  // `exp` is a whole second and `now` is not: rounded up, a new token says what the settings say.
  const expiresIn = Math.max(0, Math.ceil((expiresAt.getTime() - now.getTime()) / 1000));
  return { access_token: token, token_type: 'Bearer', expires_in: expiresIn, user: { id, email, name } };
}
