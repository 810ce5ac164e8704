/** Reads, sets and clears the cookies of sign-ins that are on their way to a provider: one each, so that tabs do not meet. */
import 'server-only';
import { transactionSeconds } from '#lib/core/policy.ts';
import { type CookieSettings, readCookie, transactionCookiePrefix } from '#lib/core/sessions/cookies.ts';
import type { TransactionCookie } from '#lib/server/providers/transaction.ts';
import { setCookie } from './cookies.ts';

const tagShape = /^[\w-]{12}$/;

/** Lists the transactions of a browser. A cookie that was sent twice counts as absent. */
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
  const value = setCookie(settings, transactionCookiePrefix(settings) + tag, secret, maxAgeSeconds, 'Strict');
  response.headers.append('Set-Cookie', value);
  return response;
}
