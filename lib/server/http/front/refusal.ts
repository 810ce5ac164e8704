/** What server.ts refuses before Next sees it, since Next would answer it oddly or not at all. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '#lib/core/errors.ts';
import { bodyLimitBytes, queryParametersLimit } from '#lib/core/policy.ts';

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Tells why a request goes no further: a strange method or target, a doubled header, a body that says it is too large. */
export function refusalOf({ method = '', url = '', headers, rawHeaders }: IncomingMessage): AppError | null {
  // Next answers TRACE with 500 and PROPFIND with an empty 400.
  if (!methods.has(method)) return new AppError('not_implemented');
  if (Number(headers['content-length']) > bodyLimitBytes) return new AppError('payload_too_large');
  const isOdd = isDoubled(rawHeaders) || !isPath(url) || url.split('&').length > queryParametersLimit;
  return isOdd ? new AppError('invalid_request') : null;
}

/** Node keeps the first of two `Authorization` or `Host` headers in silence; a proxy in front may have looked at the other. */
function isDoubled(rawHeaders: string[]): boolean {
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  return ['authorization', 'host'].some((name) => names.indexOf(name) !== names.lastIndexOf(name));
}

/** `OPTIONS *` and `GET http://host/` are no paths, and `%zz` does not decode. */
function isPath(url: string): boolean {
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '');
    return url.startsWith('/');
  } catch {
    return false;
  }
}

/** Answers in the one error shape, and ends the connection: more of the request may be on its way. */
export function refuse(response: ServerResponse, { status, body }: AppError): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'Content-Type': 'application/json', Connection: 'close' });
  response.end(JSON.stringify(body));
}
