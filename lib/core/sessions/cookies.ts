/** Names a session's two cookies and reads them from a `Cookie` header. Only lib/server/http/cookies.ts sets them. */
import type { EdgeSettings } from '#lib/core/settings.ts';

/** The settings that decide how cookies are named. */
export type CookieSettings = Pick<EdgeSettings, 'APP_URL' | 'COOKIE_NAME'>;

export interface CookieNames {
  refresh: string;
  session: string;
}

/** Adds `__Host-` to a cookie's name over https: browsers refuse it from sibling domains (RFC 6265bis 4.1.3). */
export function cookieName(name: string, secure: boolean): string {
  return secure ? `__Host-${name}` : name;
}

export function cookieNames({ APP_URL, COOKIE_NAME }: CookieSettings): CookieNames {
  const isSecure = APP_URL.startsWith('https:');
  return {
    refresh: cookieName(`${COOKIE_NAME}-refresh`, isSecure),
    session: cookieName(`${COOKIE_NAME}-session`, isSecure),
  };
}

/** Names the cookie of the browser that has begun to sign up, and waits for the code in a mail. */
export function signUpCookieName({ APP_URL, COOKIE_NAME }: CookieSettings): string {
  return cookieName(`${COOKIE_NAME}-sign-up`, APP_URL.startsWith('https:'));
}

/** Names the cookie of the browser that has shown the password, and is asked for the second step. */
export function secondStepCookieName({ APP_URL, COOKIE_NAME }: CookieSettings): string {
  return cookieName(`${COOKIE_NAME}-second-step`, APP_URL.startsWith('https:'));
}

/** Names the cookie of a browser that is not asked for the second step. */
export function deviceCookieName({ APP_URL, COOKIE_NAME }: CookieSettings): string {
  return cookieName(`${COOKIE_NAME}-device`, APP_URL.startsWith('https:'));
}

/** Begins the names of the cookies of sign-ins at providers; each ends with its transaction's tag. */
export function transactionCookiePrefix({ APP_URL, COOKIE_NAME }: CookieSettings): string {
  return cookieName(`${COOKIE_NAME}-signin-`, APP_URL.startsWith('https:'));
}

/** Returns a cookie's value, or null when it is absent or sent twice: then somebody has planted one of the two. */
export function readCookie(header: string | null, name: string): string | null {
  if (!header) return null;
  const values = header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`));
  const [only] = values;
  return values.length === 1 && only ? only.slice(name.length + 1) : null;
}
