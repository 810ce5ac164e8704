import { NextResponse } from 'next/server';

// The app's matcher, letter for letter; bench/build.ts compares them.
export const config = {
  matcher: [
    '/((?!_next/static/|_next/image$|icon\\.svg$|\\.well-known/(?:jwks\\.json|oauth-authorization-server|change-password)$|api/(?:live|health|metrics)$|api/auth/(?:register|token|refresh|session|logout|password/reset)$).*)',
  ],
};

/** Does nothing, to show what entering the edge runtime costs by itself. */
export function middleware() {
  return NextResponse.next();
}
