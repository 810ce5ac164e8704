import { cookieNames, readCookie } from '#lib/core/sessions/cookies.ts';

export interface SessionCookieValues {
  refreshToken: string;
  seal: string;
  /** Null: the browser forgets both when it closes. */
  maxAgeSeconds: number | null;
}

/** The one place that writes the two cookies' flags. `appUrl` decides on Secure and the `__Host-` prefix. */
function cookie(appUrl: string, name: string, value: string, maxAgeSeconds: number | null): string {
  const secure = appUrl.startsWith('https:') ? '; Secure' : '';
  const maxAge = maxAgeSeconds === null ? '' : `; Max-Age=${maxAgeSeconds}`;
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}${maxAge}`;
}

function names(appUrl: string) {
  return cookieNames(appUrl.startsWith('https:'));
}

/** Adds both cookies of a session to an answer. */
export function setSessionCookies(response: Response, appUrl: string, values: SessionCookieValues): Response {
  const { refresh, session } = names(appUrl);
  response.headers.append('Set-Cookie', cookie(appUrl, refresh, values.refreshToken, values.maxAgeSeconds));
  response.headers.append('Set-Cookie', cookie(appUrl, session, values.seal, values.maxAgeSeconds));
  return response;
}

/** Makes the browser forget both. */
export function clearSessionCookies(response: Response, appUrl: string): Response {
  for (const name of Object.values(names(appUrl))) response.headers.append('Set-Cookie', cookie(appUrl, name, '', 0));
  return response;
}

/** Both cookies of a request; a name that comes twice counts as absent. */
export function readSessionCookies(
  headers: Headers,
  appUrl: string,
): { refresh: string | null; session: string | null } {
  const { refresh, session } = names(appUrl);
  const header = headers.get('cookie');
  return { refresh: readCookie(header, refresh), session: readCookie(header, session) };
}
