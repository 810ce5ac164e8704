/** Reads, sets and clears the two cookies of a session and that of a sign-up. Their flags are written here and nowhere else. */
import 'server-only';
import { signUpSeconds } from '#lib/core/policy.ts';
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import { type CookieSettings, cookieNames, readCookie, signUpCookieName } from '#lib/core/sessions/cookies.ts';
import { empty } from '#lib/edge/respond.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import type { Issued, IssuedCookies } from '#lib/server/sessions/issue.ts';
import { type CookieValues, hasLivingSession } from '#lib/server/sessions/of-cookies.ts';

/** Reads both cookies of a request. A cookie that was sent twice counts as absent. */
export function readSessionCookies(headers: Headers, settings: CookieSettings): CookieValues {
  const { refresh, session } = cookieNames(settings);
  const header = headers.get('cookie');
  return { refresh: readCookie(header, refresh), pageSession: readCookie(header, session) };
}

/** Adds both cookies of a session to an answer. */
export function setSessionCookies(response: Response, settings: CookieSettings, values: IssuedCookies): Response {
  const { refresh, session } = cookieNames(settings);
  response.headers.append('Set-Cookie', cookie(settings, refresh, values.refreshToken, values.maxAgeSeconds));
  response.headers.append('Set-Cookie', cookie(settings, session, values.pageSession, values.maxAgeSeconds));
  return response;
}

/** Makes the browser forget both cookies of a session. */
export function clearSessionCookies(response: Response, settings: CookieSettings): Response {
  for (const name of Object.values(cookieNames(settings)))
    response.headers.append('Set-Cookie', cookie(settings, name, '', 0));
  return response;
}

/** Reads the cookie of a sign-up. One that was sent twice counts as absent. */
export function readSignUpCookie(headers: Headers, settings: CookieSettings): string | null {
  return readCookie(headers.get('cookie'), signUpCookieName(settings));
}

/** Adds the cookie of a sign-up to an answer; with an empty value the browser forgets it. */
export function setSignUpCookie(response: Response, settings: CookieSettings, value: string): Response {
  const maxAgeSeconds = value === '' ? 0 : signUpSeconds;
  response.headers.append('Set-Cookie', cookie(settings, signUpCookieName(settings), value, maxAgeSeconds));
  return response;
}

/** The part of a handler's argument that `answerIssued` needs. */
interface TokenCall<Status> {
  deps: Container;
  json(status: Status, body: TokenResponse, headers: Record<string, string>): Response;
}

/** Answers with issued tokens: the token response (RFC 6749 section 5.1) in the body, the others in both cookies. */
export function answerIssued<Status>(
  { deps, json }: TokenCall<Status>,
  status: Status,
  { body, cookies }: Issued,
): Response {
  return setSessionCookies(json(status, body, { Pragma: 'no-cache' }), deps.env, cookies);
}

/**
 * Answers once the session of the bearer token was ended, with 204 unless another `answer` is given, and clears the cookies.
 * Keeps them when they name a living session: then somebody has signed in meanwhile, and a late call of the earlier session
 * must not sign them out.
 */
export async function answerSignedOut(request: Request, deps: Container, answer = empty(204)): Promise<Response> {
  const isOther = await hasLivingSession(deps, readSessionCookies(request.headers, deps.env));
  return isOther ? answer : clearSessionCookies(answer, deps.env);
}

/** Writes a `Set-Cookie` value. Without `maxAgeSeconds` the browser forgets the cookie as it closes. */
function cookie({ APP_URL }: CookieSettings, name: string, value: string, maxAgeSeconds: number | null): string {
  const secure = APP_URL.startsWith('https:') ? '; Secure' : '';
  const maxAge = maxAgeSeconds === null ? '' : `; Max-Age=${maxAgeSeconds}`;
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}${maxAge}`;
}
