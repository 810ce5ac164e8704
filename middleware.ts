import { type NextRequest, NextResponse } from 'next/server';
import { AppError } from '#lib/core/errors.ts';
import { isApiPath, isWellKnown, loginPath, pathHeader, publicPages, refreshPath } from '#lib/core/routes.ts';
import { readCookie } from '#lib/core/sessions/cookies.ts';
import { bearerClaims } from '#lib/edge/bearer.ts';
import { isPublicFile } from '#lib/edge/env.ts';
import { isDocumentNavigation } from '#lib/edge/navigation.ts';
import { answerUnlessRead, privateNoStore, revalidated, toErrorResponse } from '#lib/edge/respond.ts';
import {
  contentSecurityPolicy,
  newNonce,
  referrerPolicy,
  strictTransportSecurity,
} from '#lib/edge/security-headers.ts';
import { edgeServices } from '#lib/edge/services.ts';

// Must be a literal: Next reads it at build time. middleware.test.ts checks that it agrees with lib/core/routes.ts.
export const config = {
  matcher: [
    '/((?!_next/static/|_next/image$|icon\\.svg$|\\.well-known/(?:jwks\\.json|oauth-authorization-server|change-password)$|api/(?:live|health|metrics)$|api/auth/(?:register(?:/code|/resend)?|token|refresh|session|logout|password/(?:forgot|reset)|email/undo|passkeys/request|providers|oidc/[^/]+/(?:start|callback|complete|backchannel-logout))$).*)',
  ],
};

/**
 * Denies by default: every path that lib/core/routes.ts does not list as public, and that is no file in public/, needs
 * a valid access token, from the Authorization header on API paths and from the page session on pages. Asks no
 * database: handlers and pages check again that the session lives.
 */
export async function middleware(request: NextRequest): Promise<Response> {
  const { pathname } = request.nextUrl;
  if (isPublicFile(pathname)) return answerUnlessRead(request.method) ?? NextResponse.next({ headers: revalidated });
  if (isApiPath(pathname)) return guardApi(request);
  if (publicPages.includes(pathname)) return page(request);
  // Programs learn by a 404 that there is nothing, and do not sign in to ask.
  if (isWellKnown(pathname)) return toErrorResponse(new AppError('not_found'));
  const { appUrl, cookieNames, pageSessions } = edgeServices();
  const cookieHeader = request.headers.get('cookie');
  const pageSession = await pageSessions.open(readCookie(cookieHeader, cookieNames.session), new Date());
  if (pageSession && !pageSession.isDue) return page(request);
  if (!isDocumentNavigation(request.headers)) return toErrorResponse(new AppError('unauthorized'));
  const here = pathname + request.nextUrl.search;
  return seeOther(appUrl, readCookie(cookieHeader, cookieNames.refresh) === null ? loginPath(here) : refreshPath(here));
}

async function guardApi(request: NextRequest): Promise<Response> {
  try {
    await bearerClaims(request.headers, edgeServices().verify, new Date());
    return NextResponse.next();
  } catch (error) {
    return toErrorResponse(error instanceof AppError ? error : new AppError('server_error'));
  }
}

/**
 * Lets a page request through with a new nonce. Next reads it from the request's policy, browsers from the answer's.
 */
function page(request: NextRequest): Response {
  const other = answerUnlessRead(request.method);
  if (other) return other;
  const isSecure = edgeServices().appUrl.startsWith('https:');
  const policy = contentSecurityPolicy(newNonce(), { isSecure, isDevelopment: process.env.NODE_ENV === 'development' });
  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy);
  headers.set(pathHeader, request.nextUrl.pathname + request.nextUrl.search);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('Content-Security-Policy', policy);
  response.headers.set('Cache-Control', privateNoStore['Cache-Control']);
  response.headers.set('Referrer-Policy', referrerPolicy(request.nextUrl.pathname));
  if (isSecure) response.headers.set(strictTransportSecurity.key, strictTransportSecurity.value);
  return response;
}

function seeOther(appUrl: string, path: string): Response {
  const response = NextResponse.redirect(appUrl + path, 303);
  response.headers.set('Cache-Control', privateNoStore['Cache-Control']);
  return response;
}
