import 'server-only';
import { AppError } from '#lib/core/errors.ts';

/**
 * Refuses a browser's request from another origin, a sibling subdomain included. A request with neither `Origin` nor
 * `Sec-Fetch-Site` comes from no browser and carries no one's cookies but its sender's. Throws `forbidden`.
 */
export function requireSameOrigin(headers: Headers, appUrl: string): void {
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site');
  const isForeign = (origin !== null && origin !== appUrl) || site === 'cross-site' || site === 'same-site';
  if (isForeign) throw new AppError('forbidden', { description: `This is answered for pages of ${appUrl} only.` });
}

/** For an answer that holds a token: only the app's own scripts, and addresses typed by hand, may read it. */
export function requireOwnScript(headers: Headers): void {
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') throw new AppError('forbidden');
}
