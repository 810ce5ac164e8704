import 'server-only';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { TransactionRow } from '#db/store/providers.ts';
import { AppError } from '#lib/core/errors.ts';
import { transactionSeconds, transactionsLimit } from '#lib/core/policy.ts';
import type { Intent, StartRequest } from '#lib/core/providers/contract.ts';
import { isOidc, type Provider } from '#lib/core/providers/settings.ts';
import { api, safeNext, withId } from '#lib/core/routes.ts';
import { isSameSecret } from '#lib/server/crypto/keyring.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import type { Connection } from './directory.ts';

/** A cookie of a transaction: the end of its name, and its value, of which everything secret is derived. */
export interface TransactionCookie {
  tag: string;
  secret: string;
}

/** Derives what goes to a provider and comes back from the browser's secret. None of it is stored. */
export function derivedOf(secret: string) {
  const of = (purpose: string) => createHmac('sha256', secret).update(`latchkey ${purpose}`).digest('base64url');
  return { state: of('state'), nonce: of('nonce'), verifier: of('verifier') };
}

/** Hashes a state: the name of its transaction's row. */
export function stateHashOf(state: string): string {
  return createHash('sha256').update(state).digest('base64url');
}

/** Returns the part of a state that names its cookie. */
export function tagOf(state: string): string {
  return state.slice(0, 12);
}

/** Returns the address of a provider's redirect. */
export function redirectUri({ env }: Pick<Container, 'env'>, { id }: Provider): string {
  return `${env.APP_URL}${withId(api.providerCallback, id)}`;
}

/**
 * Begins a transaction. Returns the address to go to, its cookie, and the cookies whose transactions are over: of more than
 * `transactionsLimit` in one browser the oldest ends.
 */
export async function beginTransaction(
  deps: Container,
  { provider, config }: Connection,
  {
    intent,
    next,
    remember,
    sessionId,
    cookies,
  }: StartRequest & { sessionId: string | null; cookies: TransactionCookie[] },
): Promise<{ url: string; cookie: TransactionCookie; over: string[] }> {
  const { store, clock } = deps;
  const over = await endOldest(deps, cookies);
  const secret = randomBytes(32).toString('base64url');
  const { state, nonce, verifier } = derivedOf(secret);
  const now = clock();
  await store.addTransaction({
    ...{ stateHash: stateHashOf(state), provider: provider.id, intent, next: safeNext(next) },
    ...{ persistent: remember ?? false, sessionId, startedAt: now, claimedUntil: null },
    expiresAt: new Date(now.getTime() + transactionSeconds * 1000),
    ...{ heldIssuer: null, heldSubject: null, heldEmail: null },
  });
  const client = await import('openid-client');
  const url = client.buildAuthorizationUrl(config, {
    ...provider.params,
    ...(intent === 'confirm' && { prompt: 'login', max_age: '0' }),
    ...{ redirect_uri: redirectUri(deps, provider), response_type: 'code', scope: provider.scope, state },
    ...(isOidc(provider) && { nonce }),
    ...{ code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' },
    ...(provider.responseMode === 'form_post' && { response_mode: 'form_post' }),
  });
  return { url: url.href, cookie: { tag: tagOf(state), secret }, over };
}

/** Ends the oldest transactions of a browser so that there is room for one more. Returns the tags of all that are over. */
async function endOldest({ store, clock }: Container, cookies: TransactionCookie[]): Promise<string[]> {
  if (cookies.length === 0) return [];
  const tags = new Map(cookies.map(({ tag, secret }) => [stateHashOf(derivedOf(secret).state), tag]));
  const open = await store.listTransactions([...tags.keys()], clock());
  const oldest = open.slice(0, Math.max(0, open.length + 1 - transactionsLimit)).map(({ stateHash }) => stateHash);
  if (oldest.length > 0) await store.dropTransactions(oldest);
  const kept = new Set(open.map(({ stateHash }) => stateHash).filter((hash) => !oldest.includes(hash)));
  return [...tags].filter(([hash]) => !kept.has(hash)).map(([, tag]) => tag);
}

/** Tells for what a transaction was begun. Throws `transaction_over`. */
export async function intentOf(
  deps: Container,
  provider: Provider,
  shown: { state: string; secret: string | null },
): Promise<Intent> {
  return (await openTransaction(deps, provider, shown)).intent;
}

/** Finds the transaction of a state that came back. Throws `transaction_over` for any that is not this browser's, open and of this provider. */
export async function openTransaction(
  { store, clock }: Container,
  provider: Provider,
  { state, secret }: { state: string; secret: string | null },
): Promise<TransactionRow> {
  const isOwn = secret !== null && isSameSecret(state, derivedOf(secret).state);
  const found = isOwn ? await store.findTransaction(stateHashOf(state), clock()) : null;
  if (found?.provider !== provider.id) throw new AppError('transaction_over');
  return found;
}
