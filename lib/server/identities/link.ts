import 'server-only';
import type { IdentityRow } from '#db/store/providers.ts';
import { AppError, bearerError } from '#lib/core/errors.ts';
import { identitiesLimit } from '#lib/core/policy.ts';
import type { Provider } from '#lib/core/providers/settings.ts';
import { newIdentity, type Returned, requireOwn } from '#lib/server/providers/returned.ts';
import { openTransaction } from '#lib/server/providers/transaction.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { type Asking, changeOf, made, readOwn, requireVerified } from '#lib/server/second-factors/changing.ts';
import { requireStrong } from '#lib/server/sessions/fresh.ts';
import { ownSessionIds } from '#lib/server/sessions/own.ts';

/**
 * Adds the identity that came back from a provider to the account whose session began the transaction. Throws `transaction_over`,
 * `identity_taken`, which says nothing of whose, `too_many`, or `invalid_token`.
 */
export async function linkReturned(
  deps: Container,
  asking: Asking,
  { transaction, identity }: Returned,
): Promise<string> {
  requireOwn(transaction, await ownSessionIds(deps, asking.access.session.id));
  const row = newIdentity(deps, asking.access.user.id, identity);
  await link(deps, asking, { stateHash: transaction.stateHash, identity: row, verifies: identity.email });
  return transaction.next;
}

/**
 * Adds the identity that met an account of its address, now that its owner has signed in to that, in the same browser. Throws as
 * `linkReturned`, and `transaction_over` for any other account: whoever signs in next there is not who came back.
 */
export async function linkHeld(
  deps: Container,
  asking: Asking,
  { provider, state, secret }: { provider: Provider; state: string; secret: string | null },
): Promise<string> {
  const transaction = await openTransaction(deps, provider, { state, secret });
  const { stateHash, heldIssuer: issuer, heldSubject: subject, heldEmail: email, next } = transaction;
  if (issuer === null || subject === null) throw new AppError('transaction_over');
  if (email !== asking.access.user.email) throw new AppError('transaction_over');
  const nobody = { name: null, sid: null, authTime: null };
  const row = newIdentity(deps, asking.access.user.id, { issuer, subject, email, ...nobody });
  await link(deps, asking, { stateHash, identity: row, verifies: email });
  return next;
}

async function link(
  deps: Container,
  asking: Asking,
  { stateHash, identity, verifies }: { stateHash: string; identity: IdentityRow; verifies: string | null },
): Promise<void> {
  const { store } = deps;
  const row = await readOwn(deps, asking);
  // Two-step sign-in may have been turned on since the transaction began.
  if (row.twoStep) await requireStrong(deps, asking.access.session.id);
  if (verifies !== row.email) requireVerified(deps, row);
  const change = changeOf(deps, asking, { row, types: ['identity_linked'] });
  const outcome = await store.linkIdentity(change, { stateHash, identity, verifies });
  if (outcome === 'linked') return made(deps, change);
  await store.dropTransactions([stateHash]);
  if (outcome === 'taken') {
    const found = await store.findIdentity(identity.issuer, identity.subject);
    if (found?.user.id === row.id) return;
    throw new AppError('identity_taken');
  }
  if ((await store.listIdentities(row.id)).length >= identitiesLimit) throw new AppError('too_many');
  throw bearerError('ended');
}
