import 'server-only';
import { empty } from '#lib/edge/respond.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { hasLivingSession } from '#lib/server/sessions/list.ts';
import { clearSessionCookies, readSessionCookies } from './cookies.ts';

/**
 * 204 after the session of a bearer token was ended; the browser forgets its cookies. Not where they name a session that lives:
 * somebody has signed in since, and a late call of the session before must not sign them out.
 */
export async function signedOut(request: Request, deps: Container): Promise<Response> {
  const { APP_URL } = deps.env;
  const isTaken = await hasLivingSession(deps, readSessionCookies(request.headers, APP_URL));
  return isTaken ? empty(204) : clearSessionCookies(empty(204), APP_URL);
}
