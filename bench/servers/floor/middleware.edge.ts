import { NextResponse } from 'next/server';

// The app's matcher, letter for letter, since Next reads it as a literal; tests/architecture/house.test.ts compares them.
export const config = {
  matcher: [
    '/((?!_next/static/|_next/image$|icon\\.svg$|\\.well-known/(?:jwks\\.json|oauth-authorization-server|change-password)$|api/(?:live|health|metrics)$|api/auth/(?:register(?:/code|/resend)?|token|refresh|session|logout|password/(?:forgot|reset)|email/undo|passkeys/request|providers|oidc/[^/]+/(?:start|callback|complete|backchannel-logout))$).*)',
  ],
};

/** Does nothing, to show what entering the edge runtime costs by itself. */
export function middleware() {
  return NextResponse.next();
}
