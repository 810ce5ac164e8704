import 'server-only';
import type { UserRow } from '#db/store/accounts.ts';
import type { NewSession, SessionRow } from '#db/store/sessions.ts';
import { authTimeOf } from '#lib/core/sessions/authentication.ts';
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { toUser } from './user.ts';

/** The tokens that a sign-in or a refresh answers: one in the body, the others in cookies. */
export interface Issued {
  body: TokenResponse;
  cookies: IssuedCookies;
}

export interface IssuedCookies {
  refreshToken: string;
  pageSession: string;
  /** The cookies' Max-Age; null when the browser should forget both as it closes. */
  maxAgeSeconds: number | null;
}

type Issuable = Pick<
  SessionRow,
  'id' | 'seed' | 'headKid' | 'persistent' | 'idleExpiresAt' | 'expiresAt' | 'createdAt' | 'authTime' | 'amr'
>;
type IssuedTo = Pick<UserRow, 'id' | 'email' | 'name'>;

/** Issues the head's access token, page session and refresh token. Returns null if the head's key is not listed. */
export function issue(
  deps: Container,
  { session, head, user }: { session: Issuable; head: number; user: IssuedTo },
): Issued | null {
  const refreshToken = deps.refreshTokens.write(session, head, session.headKid);
  if (refreshToken === null) return null;
  // Not sessionNow(), which may be ahead of the clock: a token must not be issued in the future.
  const now = deps.clock();
  const about = { authTime: authTimeOf(session), amr: session.amr };
  const subject = { userId: user.id, sessionId: session.id, generation: head, ...about };
  const { token, claims } = deps.signAccessToken(subject, now);
  const pageSession = deps.sealPageSession(token, claims);
  const endsAt = Math.min(session.idleExpiresAt, session.expiresAt);
  const maxAgeSeconds = session.persistent ? Math.max(1, Math.floor((endsAt - now.getTime()) / 1000)) : null;
  return {
    body: toTokenResponse(token, claims.expiresAt, user, now),
    cookies: { refreshToken, pageSession, maxAgeSeconds },
  };
}

/** Issues the first tokens of a session that was just written. Its key is the newest, so it is always listed. */
export function issueFirst(deps: Container, session: NewSession, user: IssuedTo): Issued {
  const issued = issue(deps, { session, head: 0, user });
  if (!issued) throw new Error('The newest key is not listed.');
  return issued;
}

/** Makes the body of a token response (RFC 6749 section 5.1) for an access token that ends at `expiresAt`. */
export function toTokenResponse(token: string, expiresAt: Date, user: IssuedTo, now: Date): TokenResponse {
  // Rounded up, since `exp` is a whole second and `now` is not: a new token then has exactly ACCESS_TTL_SECONDS.
  const expiresIn = Math.max(0, Math.ceil((expiresAt.getTime() - now.getTime()) / 1000));
  return { access_token: token, token_type: 'Bearer', expires_in: expiresIn, user: toUser(user) };
}
