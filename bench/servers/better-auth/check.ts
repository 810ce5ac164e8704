import { getCookieCache, getSessionCookie } from 'better-auth/cookies';
import { type NextRequest, NextResponse } from 'next/server';

/**
 * Checks a request as the documentation recommends in front of a page. With the cookie cache, verifies the cached
 * session.
 */
export async function check(request: NextRequest): Promise<Response> {
  const isCached = process.env.BETTER_AUTH_COOKIE_CACHE === 'on';
  // Over http its cookies have no `__Secure-` prefix.
  const options = { secret: process.env.AUTH_SECRET ?? '', isSecure: false };
  const session = isCached ? await getCookieCache(request, options) : getSessionCookie(request);
  return session ? NextResponse.next() : NextResponse.redirect(new URL('/login', request.url));
}
