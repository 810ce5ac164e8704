/** The one place that writes the two cookies of a session, and their flags. */
import 'server-only';
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import { cookieNames, readCookie } from '#lib/core/sessions/cookies.ts';
import { empty } from '#lib/edge/respond.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import type { Issued, IssuedCookies } from '#lib/server/sessions/issue.ts';
import { type CookieValues, hasLivingSession } from '#lib/server/sessions/of-cookies.ts';

/** Writes a cookie. `appUrl` decides on Secure and the `__Host-` prefix. */
function cookie(appUrl: string, name: string, value: string, maxAgeSeconds: number | null): string {
  const secure = appUrl.startsWith('https:') ? '; Secure' : '';
  const maxAge = maxAgeSeconds === null ? '' : `; Max-Age=${maxAgeSeconds}`;
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}${maxAge}`;
}

function names(appUrl: string) {
  return cookieNames(appUrl.startsWith('https:'));
}

/** Reads both cookies of a request; a name that comes twice counts as absent. */
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

/** Makes the browser forget both. */
export function clearSessionCookies(response: Response, appUrl: string): Response {
  for (const name of Object.values(names(appUrl))) response.headers.append('Set-Cookie', cookie(appUrl, name, '', 0));
  return response;
}

interface TokenCall<Status> {
  deps: Container;
  json(status: Status, body: TokenResponse, headers: Record<string, string>): Response;
}

/** Answers with what was issued: the token response in the body (RFC 6749 section 5.1), and both cookies. */
export function issued<Status>({ deps, json }: TokenCall<Status>, status: Status, { body, cookies }: Issued): Response {
  return setSessionCookies(json(status, body, { Pragma: 'no-cache' }), deps.env.APP_URL, cookies);
}

/**
 * Answers 204 after the session of a bearer token was ended; the browser forgets its cookies. Not where they name a session that
 * lives: somebody has signed in since, and a late call of the session before must not sign them out.
 */
export async function signedOut(request: Request, deps: Container): Promise<Response> {
  const { APP_URL } = deps.env;
  const isTaken = await hasLivingSession(deps, readSessionCookies(request.headers, APP_URL));
  return isTaken ? empty(204) : clearSessionCookies(empty(204), APP_URL);
}
