/** Serves the endpoints of providers: finds the one that a path names, hands its answer on, and ends the cookie of a transaction with it. */
import 'server-only';
import { AppError, type ErrorCode } from '#lib/core/errors.ts';
import type { Provider } from '#lib/core/providers/settings.ts';
import { toErrorResponse } from '#lib/edge/respond.ts';
import { tagOf } from '#lib/server/providers/transaction.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { readTransactionCookie, setTransactionCookie } from './cookies.ts';

/** Finds the provider that a path names. Throws `not_found` for one that is not set up. */
export function requireProvider({ providers }: Pick<Container, 'providers'>, id: string): Provider {
  const provider = providers.find(id);
  if (!provider) throw new AppError('not_found');
  return provider;
}

/** Errors after which a transaction goes on. */
const goesOnAfter: readonly ErrorCode[] = [
  'temporarily_unavailable',
  'slow_down',
  'link_required',
  'unauthorized',
  'invalid_token',
];

/**
 * Answers a call about one transaction with what `work` answers, to which it hands the secret of the transaction's cookie. The browser
 * forgets that cookie, and no other, with an answer or an error that ends the transaction.
 */
export async function answerTransaction(
  { request, deps }: { request: Request; deps: Pick<Container, 'env'> },
  state: string,
  work: (secret: string | null) => Promise<Response>,
): Promise<Response> {
  const tag = tagOf(state);
  const over = (answer: Response) => setTransactionCookie(answer, deps.env, { tag, secret: '' });
  try {
    return over(await work(readTransactionCookie(request.headers, deps.env, tag)));
  } catch (error) {
    if (error instanceof AppError && !goesOnAfter.includes(error.code)) return over(toErrorResponse(error));
    throw error;
  }
}

/** Parameters of a provider's answer that are handed on. Its descriptions are shown to nobody. */
const handedOn = ['code', 'state', 'iss', 'error'];
const longestFragment = 4096;

/** Writes a provider's answer as a fragment, which no browser sends to anybody. One that is doubled or too long becomes an error. */
export function fragmentOf(provider: string, parameters: URLSearchParams): string {
  const fragment = new URLSearchParams({ provider });
  for (const name of handedOn) {
    const values = parameters.getAll(name);
    if (values.length > 1) return refused(provider);
    for (const value of values) fragment.set(name, value);
  }
  const written = fragment.toString();
  return written.length > longestFragment ? refused(provider) : written;
}

function refused(provider: string): string {
  return new URLSearchParams({ provider, error: 'invalid_request' }).toString();
}
