/** Connects the identity that met an account, once its owner has signed in to that in this page. */
import { answer, fields, oneOf, text } from '#lib/client/answers.ts';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { type Result, resultOf } from '#lib/client/result.ts';
import { api, withId } from '#lib/core/routes.ts';

/** The answer to an identity that was added to an account. */
export interface Linked {
  status: 'linked';
  next: string;
}

export const linked = answer(fields<Linked>({ status: oneOf({ linked: true }), next: text }));

/** Repeats of a call whose answer was lost. */
const repeats = 2;

/**
 * Connects the identity of a transaction that waits for it. Returns the path to go to, or null where an answer was lost that had it.
 * Errors: `transaction_over`, `identity_taken`, `too_many`, and those of every call.
 */
export async function linkHeldIdentity(
  { fetch }: Pick<AuthClient, 'fetch'>,
  id: string,
  state: string,
): Promise<Result<string | null>> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ state }) };
  const ask = () => resultOf(() => fetch(withId(api.providerLink, id), init), linked);
  let result = await ask();
  let isLost = false;
  for (let left = repeats; left > 0 && !result.ok && result.error.code === 'unreachable'; left--) {
    isLost = true;
    result = await ask();
  }
  if (result.ok) return { ok: true, value: result.value.next };
  // The first call has used the transaction up.
  if (isLost && result.error.code === 'transaction_over') return { ok: true, value: null };
  return result;
}
