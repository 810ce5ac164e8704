import type { AppError } from '#lib/core/errors.ts';

/** JSON that nobody may keep. */
export function json(status: number, body: unknown, headers: HeadersInit = {}): Response {
  const response = Response.json(body, { status, headers });
  if (!response.headers.has('Cache-Control')) response.headers.set('Cache-Control', 'no-store');
  return response;
}

/** 204, or another answer without a body. */
export function empty(status: number, headers: HeadersInit = {}): Response {
  const response = new Response(null, { status, headers });
  if (!response.headers.has('Cache-Control')) response.headers.set('Cache-Control', 'no-store');
  return response;
}

/** The one place where an error becomes an answer: status, body and the headers its code calls for. */
export function errorResponse(error: AppError, headers: HeadersInit = {}): Response {
  const response = json(error.status, error.body, headers);
  const { retryAfterSeconds, allow } = error.details;
  if (retryAfterSeconds !== undefined)
    response.headers.set('Retry-After', String(Math.max(1, Math.ceil(retryAfterSeconds))));
  if (allow) response.headers.set('Allow', allow);
  const challenge = bearerChallenge(error);
  if (challenge) response.headers.set('WWW-Authenticate', challenge);
  return response;
}

/** RFC 6750 section 3: no error code when no token came. */
function bearerChallenge({ code, body }: AppError): string | null {
  if (code === 'unauthorized') return 'Bearer realm="latchkey"';
  if (code !== 'invalid_token') return null;
  return `Bearer realm="latchkey", error="invalid_token", error_description="${body.error_description}"`;
}
