/**
 * Reads, sets and clears the cookies: two of a session, one each of a sign-up, a second step, a trusted device, and a sign-in that is on its way
 * to a provider. Their flags are written here and nowhere else.
 */
import 'server-only';
import { AppError, type SecondStep } from '#lib/core/errors.ts';
import { secondStepSeconds, signUpSeconds, transactionSeconds } from '#lib/core/policy.ts';
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import {
  type CookieSettings,
  cookieNames,
  deviceCookieName,
  readCookie,
  secondStepCookieName,
  signUpCookieName,
  transactionCookiePrefix,
} from '#lib/core/sessions/cookies.ts';
import { empty, toErrorResponse } from '#lib/edge/respond.ts';
import type { TransactionCookie } from '#lib/server/providers/transaction.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import type { Issued, IssuedCookies } from '#lib/server/sessions/issue.ts';
import { type CookieValues, hasLivingSession } from '#lib/server/sessions/of-cookies.ts';

/** Reads both cookies of a request. A cookie that was sent twice counts as absent. */
export function readSessionCookies(headers: Headers, settings: CookieSettings): CookieValues {
  const { refresh, session } = cookieNames(settings);
  const header = headers.get('cookie');
  return { refresh: readCookie(header, refresh), pageSession: readCookie(header, session) };
}

/** Adds both cookies of a session to an answer. */
export function setSessionCookies(response: Response, settings: CookieSettings, values: IssuedCookies): Response {
  const { refresh, session } = cookieNames(settings);
  response.headers.append('Set-Cookie', cookieValue(settings, refresh, values.refreshToken, values.maxAgeSeconds));
  response.headers.append('Set-Cookie', cookieValue(settings, session, values.pageSession, values.maxAgeSeconds));
  return response;
}

/** Makes the browser forget both cookies of a session. */
export function clearSessionCookies(response: Response, settings: CookieSettings): Response {
  for (const name of Object.values(cookieNames(settings)))
    response.headers.append('Set-Cookie', cookieValue(settings, name, '', 0));
  return response;
}

/** Reads the cookie of a sign-up. One that was sent twice counts as absent. */
export function readSignUpCookie(headers: Headers, settings: CookieSettings): string | null {
  return readCookie(headers.get('cookie'), signUpCookieName(settings));
}

/** Adds the cookie of a sign-up to an answer; with an empty value the browser forgets it. */
export function setSignUpCookie(response: Response, settings: CookieSettings, value: string): Response {
  const maxAgeSeconds = value === '' ? 0 : signUpSeconds;
  response.headers.append('Set-Cookie', cookieValue(settings, signUpCookieName(settings), value, maxAgeSeconds));
  return response;
}

/** Reads the cookies of a second step and of a trusted device. A cookie that was sent twice counts as absent. */
export function readSecondStepCookies(headers: Headers, settings: CookieSettings) {
  const header = headers.get('cookie');
  return {
    secondStep: readCookie(header, secondStepCookieName(settings)),
    device: readCookie(header, deviceCookieName(settings)),
  };
}

/** Adds the cookie of a second step to an answer; with an empty value the browser forgets it. */
export function setSecondStepCookie(response: Response, settings: CookieSettings, value: string): Response {
  const maxAgeSeconds = value === '' ? 0 : secondStepSeconds;
  response.headers.append('Set-Cookie', cookieValue(settings, secondStepCookieName(settings), value, maxAgeSeconds));
  return response;
}

/** Adds the cookie of a trusted device to an answer. No other site's link or form brings it along. */
export function setDeviceCookie(
  response: Response,
  settings: CookieSettings,
  { secret, maxAgeSeconds }: { secret: string; maxAgeSeconds: number },
): Response {
  const value = cookieValue(settings, deviceCookieName(settings), secret, maxAgeSeconds, 'Strict');
  response.headers.append('Set-Cookie', value);
  return response;
}

/** Matches the end of the name of a transaction's cookie, a part of the state: it may come from outside. */
const tagShape = /^[\w-]{12}$/;

/** Lists the transactions of a browser: one for each tab on its way. A cookie that was sent twice counts as absent. */
export function readTransactionCookies(headers: Headers, settings: CookieSettings): TransactionCookie[] {
  const header = headers.get('cookie') ?? '';
  const prefix = transactionCookiePrefix(settings);
  const names = header.split(';').map((pair) => pair.trim().split('=', 1)[0] ?? '');
  return [...new Set(names.filter((name) => name.startsWith(prefix)))].flatMap((name) => {
    const tag = name.slice(prefix.length);
    const secret = readCookie(header, name);
    return secret !== null && tagShape.test(tag) ? [{ tag, secret }] : [];
  });
}

/** Reads the cookie of one transaction. */
export function readTransactionCookie(headers: Headers, settings: CookieSettings, tag: string): string | null {
  return tagShape.test(tag) ? readCookie(headers.get('cookie'), transactionCookiePrefix(settings) + tag) : null;
}

/** Adds the cookie of a transaction to an answer; with an empty value the browser forgets it. */
export function setTransactionCookie(response: Response, settings: CookieSettings, { tag, secret }: TransactionCookie) {
  if (!tagShape.test(tag)) return response;
  const maxAgeSeconds = secret === '' ? 0 : transactionSeconds;
  const value = cookieValue(settings, transactionCookiePrefix(settings) + tag, secret, maxAgeSeconds, 'Strict');
  response.headers.append('Set-Cookie', value);
  return response;
}

/** Answers that the password was right and a second step is asked for: 403 `second_step_required`, and its cookie. */
export function answerSecondStep(
  { env }: Pick<Container, 'env'>,
  { secondStep, cookie: value }: { secondStep: SecondStep; cookie: string },
): Response {
  return setSecondStepCookie(toErrorResponse(new AppError('second_step_required', { secondStep })), env, value);
}

/** The part of a handler's argument that `answerIssued` needs. */
interface TokenCall<Status> {
  deps: Container;
  json(status: Status, body: TokenResponse, headers: Record<string, string>): Response;
}

/** Answers with issued tokens: the token response (RFC 6749 section 5.1) in the body, the others in both cookies. */
export function answerIssued<Status>(
  { deps, json }: TokenCall<Status>,
  status: Status,
  { body, cookies }: Issued,
): Response {
  return setSessionCookies(json(status, body, { Pragma: 'no-cache' }), deps.env, cookies);
}

/**
 * Answers once the session of the bearer token was ended, with 204 unless another `answer` is given, and clears the cookies.
 * Keeps them when they name a living session: then somebody has signed in meanwhile, and a late call of the earlier session
 * must not sign them out.
 */
export async function answerSignedOut(request: Request, deps: Container, answer = empty(204)): Promise<Response> {
  const isOther = await hasLivingSession(deps, readSessionCookies(request.headers, deps.env));
  return isOther ? answer : clearSessionCookies(answer, deps.env);
}

/** Writes a `Set-Cookie` value. Without `maxAgeSeconds` the browser forgets the cookie as it closes. */
function cookieValue(
  { APP_URL }: CookieSettings,
  name: string,
  value: string,
  maxAgeSeconds: number | null,
  sameSite: 'Lax' | 'Strict' = 'Lax',
): string {
  const secure = APP_URL.startsWith('https:') ? '; Secure' : '';
  const maxAge = maxAgeSeconds === null ? '' : `; Max-Age=${maxAgeSeconds}`;
  return `${name}=${value}; Path=/; HttpOnly; SameSite=${sameSite}${secure}${maxAge}`;
}
