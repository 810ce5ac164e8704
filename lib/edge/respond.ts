import { AppError } from '#lib/core/errors.ts';

/** The header that forbids browsers and proxies to store an answer, which is meant for the requester alone. */
export const privateNoStore = { 'Cache-Control': 'private, no-store' } as const;

/** The header that lets anybody keep an answer, and ask each time whether it has changed. */
export const revalidated = { 'Cache-Control': 'public, max-age=0, must-revalidate' } as const;

/** Makes a JSON answer that nobody may store, unless `headers` has another Cache-Control. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { ...privateNoStore, ...headers } });
}

/** Makes an answer without a body that nobody may store, unless `headers` has another Cache-Control. */
export function empty(status: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers: { ...privateNoStore, ...headers } });
}

/** Turns an error into an answer, with the header that its details or its code ask for: `Retry-After`, `Allow` and so on. */
export function toErrorResponse(error: AppError): Response {
  const response = json(error.status, error.body);
  const { retryAfterSeconds, allow, acceptEncoding } = error.details;
  if (retryAfterSeconds !== undefined)
    response.headers.set('Retry-After', String(Math.max(1, Math.ceil(retryAfterSeconds))));
  if (allow) response.headers.set('Allow', allow);
  if (acceptEncoding) response.headers.set('Accept-Encoding', acceptEncoding);
  const challenge = bearerChallenge(error);
  if (challenge) response.headers.set('WWW-Authenticate', challenge);
  return response;
}

/** Returns the `WWW-Authenticate` of a 401, or null. Names no error code if no token was sent (RFC 6750 3.1). */
function bearerChallenge({ code, body, details }: AppError): string | null {
  if (code === 'unauthorized') return 'Bearer realm="latchkey"';
  if (code !== 'invalid_token' && code !== 'insufficient_user_authentication') return null;
  const challenge = `Bearer realm="latchkey", error="${code}", error_description="${body.error_description}"`;
  if (!details.stepUp) return challenge;
  const { maxAgeSeconds, level } = details.stepUp;
  return `${challenge}, max_age="${maxAgeSeconds}"${level ? `, acr_values="${level}"` : ''}`;
}

/** Answers a page's or a file's request that does not read it: 204 to OPTIONS, 405 to the rest; null to GET and HEAD. */
export function answerUnlessRead(method: string): Response | null {
  const allow = 'GET, HEAD, OPTIONS';
  if (method === 'OPTIONS') return empty(204, { Allow: allow });
  // The app has no Server Actions. Without this Next would read whatever is posted, in search of one.
  if (method !== 'GET' && method !== 'HEAD') return toErrorResponse(new AppError('method_not_allowed', { allow }));
  return null;
}
