import 'server-only';
import { AppError } from '#lib/core/errors.ts';
import { isForeign } from '#lib/core/requester.ts';

/**
 * Throws `forbidden` for a browser's request from another origin, sibling subdomains included. Lets a request with
 * neither `Origin` nor `Sec-Fetch-Site` through: it comes from no browser, so its cookies are its sender's own.
 */
export function requireSameOrigin(headers: Headers, appUrl: string): void {
  if (isForeign({ origin: headers.get('origin'), site: headers.get('sec-fetch-site') }, appUrl))
    throw new AppError('forbidden', { description: `This is answered for pages of ${appUrl} only.` });
}

/**
 * Throws `forbidden` unless the request comes from the app's own script, a typed address or no browser. For a GET whose
 * answer contains a token.
 */
export function requireOwnScript(headers: Headers): void {
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') throw new AppError('forbidden');
}
