import type { IncomingMessage, ServerResponse } from 'node:http';
import { bearerProblems } from '#lib/core/errors.ts';
import { truncatedAddress } from '#lib/core/limits/address.ts';
import { isForeign } from '#lib/core/requester.ts';
import { routeTemplate } from '#lib/core/routes.ts';
import type { Logger } from '#lib/server/observability/log.ts';

/**
 * Logs a call that was refused as suspicious: from another origin, or with an invalid access token or one of an older
 * generation. Logs nothing for innocent refusals: no token, an expired one, a session that has ended, a second step that is asked for.
 */
export function logRefusal(log: Logger, request: IncomingMessage, response: ServerResponse, appUrl: string): void {
  const { method = '', url = '', headers } = request;
  response.once('finish', () => {
    const challenge = String(response.getHeader('www-authenticate') ?? '');
    const origin = headers.origin ?? null;
    const site = String(headers['sec-fetch-site'] ?? '');
    const isForbidden = response.statusCode === 403 && isForeign({ origin, site }, appUrl);
    if (!isForbidden && !challenge.includes(bearerProblems.invalid)) return;
    log.warn({
      event: 'refused',
      requestId: headers['x-request-id'],
      status: response.statusCode,
      method,
      route: routeTemplate(url),
      ip: truncatedAddress(String(headers['x-forwarded-for'] ?? '')),
    });
  });
}
