import { json } from '#lib/edge/respond.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import type { Issued } from '#lib/server/sessions/issue.ts';
import { setSessionCookies } from './cookies.ts';

/** A token response (RFC 6749 section 5.1) with both cookies. */
export function issued(status: 200 | 201, { body, cookies }: Issued, { env }: Container): Response {
  return setSessionCookies(json(status, body, { Pragma: 'no-cache' }), env.APP_URL, cookies);
}
