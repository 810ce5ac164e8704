import 'server-only';
import type { AccessRow } from '#db/store/sessions.ts';
import { AppError } from '#lib/core/errors.ts';
import { limitBucket } from '#lib/core/limits/address.ts';
import type { StartRequest } from '#lib/core/providers/contract.ts';
import type { Provider } from '#lib/core/providers/settings.ts';
import type { Requester } from '#lib/core/requester.ts';
import { limitTries } from '#lib/server/limits/tries.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { requireFresh } from '#lib/server/sessions/fresh.ts';
import type { Connection } from './directory.ts';
import { awaySeconds, isAway } from './fetch.ts';
import { beginTransaction, type TransactionCookie } from './transaction.ts';

/**
 * Begins a sign-in at a provider, or with `access` the linking of an identity or a step-up. Returns the address to go to, and which
 * cookies are set and cleared. Throws `insufficient_user_authentication` for a link that is not fresh, `slow_down`, or
 * `temporarily_unavailable` while the provider's metadata cannot be had or trusted.
 */
export async function startAtProvider(
  deps: Container,
  provider: Provider,
  {
    request,
    access,
    requester,
    cookies,
  }: { request: StartRequest; access: AccessRow | null; requester: Requester; cookies: TransactionCookie[] },
) {
  await limitTries(deps, 'oidc-start', limitBucket(requester.ip), 'LIMIT_OIDC_START_PER_ADDRESS');
  const sessionId = access?.session.id ?? null;
  if (request.intent === 'link' && sessionId !== null) await requireFresh(deps, sessionId);
  const connection = await connected(deps, provider);
  return beginTransaction(deps, connection, { ...request, sessionId, cookies });
}

/** Connects to a provider for somebody who wants to go there. Throws `temporarily_unavailable` while its metadata cannot be had or trusted. */
async function connected(deps: Container, provider: Provider): Promise<Connection> {
  try {
    return await deps.providers.connect(provider);
  } catch (problem) {
    const hasNoAnswer = isAway(problem);
    deps.metrics.provider(provider.id, hasNoAnswer ? 'away' : 'refused');
    deps.log.warn({ event: 'provider_error', provider: provider.id, code: hasNoAnswer ? 'away' : 'metadata' });
    throw new AppError('temporarily_unavailable', { retryAfterSeconds: awaySeconds });
  }
}
