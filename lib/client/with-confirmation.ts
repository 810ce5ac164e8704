import { type ClientParts, withToken } from './cookie-calls.ts';
import { failure, type Result, waysToConfirm } from './result.ts';
import type { HeldToken } from './token-store.ts';

/**
 * Makes a call that changes the cookies as `withToken` does, and once more after the person has confirmed who they are, where the
 * server asks for that. Asks them between the calls, since each holds the refresh lock, which a step-up needs.
 */
export async function withConfirmation<T>(
  parts: ClientParts,
  call: (token: HeldToken) => Promise<Result<T>>,
): Promise<Result<T>> {
  const since = parts.env.now();
  let tried: HeldToken | null = null;
  const result = await withToken(parts, (token) => {
    tried = token;
    return call(token);
  });
  if (result.ok || result.error.code !== 'insufficient_user_authentication' || !tried) return result;
  try {
    const confirmed = await parts.tokens.confirmed(tried, null, since, waysToConfirm(result.error));
    return confirmed ? await call(confirmed) : result;
  } catch (error) {
    return failure(error);
  }
}
