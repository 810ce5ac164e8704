import type { IncomingMessage } from 'node:http';
import { bodyLimitBytes } from '#lib/core/policy.ts';

/**
 * Calls `onTooLarge` as soon as more than `bodyLimitBytes` of a body have arrived. Behind the middleware Next would
 * first wait for the body's end, however long it is, and then hand over its beginning only.
 *
 * Patches `push`, with which Node adds each chunk to the request: listening to an event would take the bytes away from
 * Next. See docs/decisions/005-our-own-server.md.
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

/** Decides whether a request has a body (RFC 9112 section 6.3). Most have none and need no counting. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}
