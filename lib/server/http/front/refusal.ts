/** Refuses requests that Next would answer oddly or not at all. */
import { type IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '#lib/core/errors.ts';
import { bodyLimitBytes, queryParametersLimit } from '#lib/core/policy.ts';

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Returns the error that a request is refused with, or null. Refused are unknown methods, a target that is no path, too
 * many query parameters, a doubled `Authorization` or `Host`, and a body whose announced length is too large.
 */
export function refusalOf({ method = '', url = '', headers, rawHeaders }: IncomingMessage): AppError | null {
  // Next answers TRACE with 500 and PROPFIND with an empty 400.
  if (!methods.has(method)) return new AppError('not_implemented');
  if (Number(headers['content-length']) > bodyLimitBytes) return new AppError('payload_too_large');
  const isOdd = isDoubled(rawHeaders) || !isPath(url) || url.split('&').length > queryParametersLimit;
  return isOdd ? new AppError('invalid_request') : null;
}

/** Answers with the error's body and closes the connection, since more of the request may be on its way. */
export function refuse(response: ServerResponse, { status, body }: AppError): void {
  if (response.headersSent) return;
  // An answer may have been begun: direct.ts has set `Vary`, and Next's compression wraps these two methods.
  response.removeHeader('Vary');
  const { writeHead, end } = ServerResponse.prototype;
  writeHead.call(response, status, { 'Content-Type': 'application/json', Connection: 'close' });
  end.call(response, JSON.stringify(body), 'utf8');
}

/** Finds a doubled `Authorization` or `Host`: Node silently keeps the first, a proxy may have checked the other. */
function isDoubled(rawHeaders: string[]): boolean {
  const isNamed = (word: string, name: string) => word.length === name.length && word.toLowerCase() === name;
  return ['authorization', 'host'].some(
    (name) => rawHeaders.filter((word, index) => index % 2 === 0 && isNamed(word, name)).length > 1,
  );
}

/** Tells whether a request target is a path that decodes, unlike in `OPTIONS *`, `GET http://host/` and `GET /%zz`. */
function isPath(url: string): boolean {
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '');
    return url.startsWith('/');
  } catch {
    return false;
  }
}
