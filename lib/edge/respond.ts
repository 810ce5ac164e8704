import type { AppError } from '#lib/core/errors.ts';

/** For whoever asked, and kept by nobody: neither by a proxy nor by the browser. */
export const privateNoStore = { 'Cache-Control': 'private, no-store' } as const;

/** JSON, for nobody to keep unless `headers` say otherwise. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { ...privateNoStore, ...headers } });
}

/** 204, or another answer without a body. */
export function empty(status: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers: { ...privateNoStore, ...headers } });
}

/** The one place where an error becomes an answer: status, body and the headers its code calls for. */
export function errorResponse(error: AppError): Response {
  const response = json(error.status, error.body);
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
