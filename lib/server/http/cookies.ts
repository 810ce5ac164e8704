/** Reads, sets and clears the two cookies of a session. Their flags are written here and nowhere else. */
import 'server-only';
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import { cookieNames, readCookie } from '#lib/core/sessions/cookies.ts';
import { empty } from '#lib/edge/respond.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import type { Issued, IssuedCookies } from '#lib/server/sessions/issue.ts';
import { type CookieValues, hasLivingSession } from '#lib/server/sessions/of-cookies.ts';

/** Reads both cookies of a request. A cookie that was sent twice counts as absent. */
export function readSessionCookies(headers: Headers, appUrl: string): CookieValues {
  const { refresh, session } = names(appUrl);
  const header = headers.get('cookie');
  return { refresh: readCookie(header, refresh), pageSession: readCookie(header, session) };
}

/** Adds both cookies of a session to an answer. */
export function setSessionCookies(response: Response, appUrl: string, values: IssuedCookies): Response {
  const { refresh, session } = names(appUrl);
  response.headers.append('Set-Cookie', cookie(appUrl, refresh, values.refreshToken, values.maxAgeSeconds));
  response.headers.append('Set-Cookie', cookie(appUrl, session, values.pageSession, values.maxAgeSeconds));
  return response;
}

/** Makes the browser forget both cookies of a session. */
export function clearSessionCookies(response: Response, appUrl: string): Response {
  for (const name of Object.values(names(appUrl))) response.headers.append('Set-Cookie', cookie(appUrl, name, '', 0));
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
  return setSessionCookies(json(status, body, { Pragma: 'no-cache' }), deps.env.APP_URL, cookies);
}

/**
 * Answers 204 once the session of the bearer token was ended, and clears the cookies. Keeps them when they name a
 * living session: then somebody has signed in meanwhile, and a late call of the earlier session must not sign them out.
 */
export async function answerSignedOut(request: Request, deps: Container): Promise<Response> {
  const { APP_URL } = deps.env;
  const isOther = await hasLivingSession(deps, readSessionCookies(request.headers, APP_URL));
  return isOther ? empty(204) : clearSessionCookies(empty(204), APP_URL);
}

function names(appUrl: string) {
  return cookieNames(appUrl.startsWith('https:'));
}

/** Writes a `Set-Cookie` value. Without `maxAgeSeconds` the browser forgets the cookie as it closes. */
function cookie(appUrl: string, name: string, value: string, maxAgeSeconds: number | null): string {
  const secure = appUrl.startsWith('https:') ? '; Secure' : '';
  const maxAge = maxAgeSeconds === null ? '' : `; Max-Age=${maxAgeSeconds}`;
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}${maxAge}`;
}
