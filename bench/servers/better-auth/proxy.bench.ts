import { getCookieCache, getSessionCookie } from 'better-auth/cookies';
import { type NextRequest, NextResponse } from 'next/server';

export const config = { matcher: ['/tasks', '/api/tasks'] };

/** The check that its documentation recommends here; with the cookie cache, the one that verifies the cached session. */
export async function proxy(request: NextRequest): Promise<Response> {
  const isCached = process.env.BETTER_AUTH_COOKIE_CACHE === 'on';
  // Over http its cookies have no `__Secure-` prefix.
  const options = { secret: process.env.AUTH_SECRET ?? '', isSecure: false };
  const session = isCached ? await getCookieCache(request, options) : getSessionCookie(request);
  return session ? NextResponse.next() : NextResponse.redirect(new URL('/login', request.url));
}
