import type { IncomingMessage, ServerResponse } from 'node:http';
import { bearerProblems } from '#lib/core/errors.ts';
import { truncatedAddress } from '#lib/core/limits/address.ts';
import { routeTemplate } from '#lib/core/routes.ts';
import type { Logger } from './log.ts';

/**
 * Writes a line when a call was refused for what it claimed to be: from a foreign page, or with a token that is none of ours or
 * of an older generation. No line for what is nobody's fault: no token, one that has expired, a session that has ended.
 */
export function logRefusal(log: Logger, request: IncomingMessage, response: ServerResponse): void {
  const { method = '', url = '', headers } = request;
  response.once('finish', () => {
    const challenge = String(response.getHeader('www-authenticate') ?? '');
    if (response.statusCode !== 403 && !challenge.includes(bearerProblems.invalid)) return;
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
