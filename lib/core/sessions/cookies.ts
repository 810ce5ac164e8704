/** Cookies' names, and reading them from a raw `Cookie` header. Setting the two is lib/server/http/cookies.ts alone. */

export interface CookieNames {
  refresh: string;
  session: string;
}

/** Over https the `__Host-` prefix makes the browser refuse it from a sibling domain (RFC 6265bis 4.1.3). */
export function cookieName(name: string, secure: boolean): string {
  return secure ? `__Host-${name}` : name;
}

export function cookieNames(secure: boolean): CookieNames {
  return { refresh: cookieName('latchkey-refresh', secure), session: cookieName('latchkey-session', secure) };
}

/** The value of one cookie. A name that comes twice counts as absent: somebody planted one of them. */
export function readCookie(header: string | null, name: string): string | null {
  if (!header) return null;
  const values = header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`));
  const [only] = values;
  return values.length === 1 && only ? only.slice(name.length + 1) : null;
}
