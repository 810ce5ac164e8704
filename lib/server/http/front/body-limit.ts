import type { IncomingMessage } from 'node:http';
import { bodyLimitBytes } from '#lib/core/policy.ts';

/**
 * Calls `onTooLarge` once a body is over `bodyLimitBytes`, while it still arrives. Behind the middleware Next waits for a body's
 * end, however far away that is, and then hands over its beginning only.
 *
 * Patches `push`, which is how Node puts each part of a body into the request: there is no event that would not take the bytes
 * away from Next. docs/decisions/005-our-own-server.md says more.
 */
export function limitBody(request: IncomingMessage, onTooLarge: () => void): void {
  if (!hasBody(request)) return;
  const push = request.push.bind(request);
  let size = 0;
  request.push = (chunk, encoding) => {
    const before = size;
    size += chunk?.length ?? 0;
    if (before <= bodyLimitBytes && size > bodyLimitBytes) onTooLarge();
    return push(chunk, encoding);
  };
}

/** Whether a request has a body (RFC 9112 section 6.3). Most have none, and need no watching. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}
