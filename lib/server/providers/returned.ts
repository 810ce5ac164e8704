import 'server-only';
import { randomUUID } from 'node:crypto';
import type { IdentityRow, TransactionRow } from '#db/store/providers.ts';
import { AppError } from '#lib/core/errors.ts';
import { limitBucket } from '#lib/core/limits/address.ts';
import { claimSeconds, retryAfterSeconds } from '#lib/core/policy.ts';
import type { CompleteRequest } from '#lib/core/providers/contract.ts';
import type { Provider } from '#lib/core/providers/settings.ts';
import type { Requester } from '#lib/core/requester.ts';
import { limitTries } from '#lib/server/limits/tries.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { readableEmail } from '#lib/server/sessions/user.ts';
import { exchangeCode, type ProviderIdentity } from './exchange.ts';
import { isAway, withinSeconds } from './fetch.ts';
import { openTransaction } from './transaction.ts';
import { waysIn } from './ways-in.ts';

/** Seconds for all calls to a provider in one completion: less than a claim lasts. */
const exchangeSeconds = 10;

/** A transaction whose code was exchanged. */
export interface Returned {
  transaction: TransactionRow;
  identity: ProviderIdentity;
}

/**
 * Finds out who came back from a provider. Takes the transaction for itself meanwhile; where the provider does not answer, the
 * transaction stays as it was, else only a sign-in of the identity may use it. Throws `transaction_over`, `access_denied`,
 * `provider_error`, `link_required` for one whose identity waits to be linked, `slow_down`, or `temporarily_unavailable`.
 */
export async function readReturned(
  deps: Container,
  provider: Provider,
  { state, code, iss, error }: CompleteRequest,
  { requester, secret }: { requester: Requester; secret: string | null },
): Promise<Returned> {
  const { store, clock } = deps;
  await limitTries(deps, 'login-address', limitBucket(requester.ip), 'LIMIT_LOGIN_PER_ADDRESS');
  const found = await openTransaction(deps, provider, { state, secret });
  const { stateHash, heldEmail } = found;
  if (heldEmail !== null) throw await linkRequired(deps, heldEmail);
  if (error !== undefined || code === undefined || secret === null) {
    await store.dropTransactions([stateHash]);
    deps.metrics.provider(provider.id, 'refused');
    throw new AppError(error === 'access_denied' ? 'access_denied' : 'provider_error');
  }
  const now = clock();
  const transaction = await store.claimTransaction(stateHash, now, new Date(now.getTime() + claimSeconds * 1000));
  if (!transaction) throw new AppError('temporarily_unavailable', { retryAfterSeconds: 1 });
  try {
    const exchange = async () =>
      exchangeCode(deps, await deps.providers.connect(provider), { state, code, iss, secret });
    return { transaction, identity: await withinSeconds(exchangeSeconds, exchange()) };
  } catch (problem) {
    if (isAway(problem)) {
      await store.releaseTransaction(stateHash);
      deps.metrics.provider(provider.id, 'away');
      throw new AppError('temporarily_unavailable', { retryAfterSeconds });
    }
    await store.dropTransactions([stateHash]);
    deps.metrics.provider(provider.id, 'refused');
    // A library's message may quote what the provider sent: only its code is logged.
    deps.log.warn({ event: 'provider_error', provider: provider.id, code: codeOf(problem) });
    throw new AppError('provider_error');
  }
}

function codeOf(problem: unknown): string {
  const code = typeof problem === 'object' && problem !== null && 'code' in problem ? problem.code : undefined;
  return typeof code === 'string' && /^[\w-]{1,64}$/.test(code) ? code : 'unknown';
}

/** Makes the row of an identity that a user gets now. */
export function newIdentity(
  { clock }: Container,
  userId: string,
  { issuer, subject, email }: ProviderIdentity,
): IdentityRow {
  const now = clock();
  return { ...{ id: randomUUID(), userId, issuer, subject, email }, linkedAt: now, lastUsedAt: now };
}

/** Makes the answer that an account has the address, with the ways to sign in to it. */
export async function linkRequired(deps: Container, email: string): Promise<AppError> {
  const { store, env } = deps;
  const user = await store.findUserByEmail(email);
  const own = user ? await store.listIdentities(user.id) : [];
  const providers = env.OIDC_PROVIDERS.filter(({ issuer }) => own.some((one) => one.issuer === issuer));
  const { password, rpId } = waysIn(deps);
  const hasPasskey = user !== null && (await store.listPasskeys(user.id)).some((one) => one.rpId === rpId);
  const methods = [
    ...(password && user?.passwordHash ? ['password'] : []),
    ...(hasPasskey ? ['passkey'] : []),
    ...providers.map(({ id }) => `provider:${id}`),
  ];
  return new AppError('link_required', { link: { email: readableEmail(email), methods } });
}

/** Requires that a transaction was begun by the session that asks, or by the one whose place it took. Throws `transaction_over`. */
export function requireOwn({ sessionId }: TransactionRow, sessionIds: readonly string[]): void {
  if (sessionId === null || !sessionIds.includes(sessionId)) throw new AppError('transaction_over');
}
