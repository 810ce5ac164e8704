import 'server-only';
import { createHash } from 'node:crypto';
import type { BegunAtProvider } from '#db/store/providers.ts';
import { AppError } from '#lib/core/errors.ts';
import { isAddress, type Provider } from '#lib/core/providers/settings.ts';
import { paths } from '#lib/core/routes.ts';
import { logSecurityEvent, newSecurityEvent } from '#lib/server/activity/record.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { awaySeconds, isAway, withinSeconds } from './fetch.ts';
import { readLogoutToken } from './logout-token.ts';
import type { Returned } from './returned.ts';

/** Nobody who acts: the provider says it, from an address of its own. */
const provider = { userAgent: null, ip: null };
/** Seconds for which a logout token is remembered, and the provider's session that is over: longer than the one can be good and a sign-in on its way. */
const rememberedSeconds = 15 * 60;
/** Seconds for which a sign-out waits for a provider whose endpoints are not known yet. */
const signOutWaitSeconds = 1;

/**
 * Ends what a logout token names: sessions, and sign-ins that wait for their second step; of a subject only what began before it was
 * made. Does nothing for one that came before, and for a subject that is unknown here. Throws `invalid_request` for a token that is
 * none, or `temporarily_unavailable` while the provider's keys cannot be had.
 */
export async function signOutByProvider(deps: Container, from: Provider, token: string): Promise<void> {
  const { store } = deps;
  const { id, sid, subject, issuedAt, issuer } = await readNotice(deps, from, token);
  if (await store.isSpent(id)) return;
  await end(deps, sid === null ? { issuer, subject: subject ?? '', before: issuedAt } : { issuer, sid });
  await store.spendOnce(id, rememberedUntil(deps.clock()));
}

/**
 * Ends a sign-in that has just begun if its provider has ended its own session since the browser went there: the logout token may
 * have come while the code was exchanged, when there was nothing to end. Throws `transaction_over`.
 */
export async function requireStanding(
  deps: Container,
  { transaction, identity: { issuer, sid } }: Returned,
): Promise<void> {
  if (sid === null || !(await deps.store.isSpent(endIdOf(issuer, sid), rememberedUntil(transaction.startedAt)))) return;
  await end(deps, { issuer, sid });
  throw new AppError('transaction_over');
}

async function end(deps: Container, begun: BegunAtProvider): Promise<void> {
  const { store, clock, log } = deps;
  const now = clock();
  // Before it is looked what there is: a sign-in that is not seen then sees this.
  if ('sid' in begun) await store.remember(endIdOf(begun.issuer, begun.sid), rememberedUntil(now));
  await store.voidProviderSteps(begun);
  // A step-up may put another session in the place of one that was listed.
  for (let living = await list(); living.length > 0; living = await list()) {
    for (const { id, userId } of living) {
      const about = { userId, sessionId: id, requester: provider, now };
      const event = newSecurityEvent(deps, 'signed_out_by_provider', about);
      if (await store.endSession(id, 'provider_signed_out', event)) logSecurityEvent(log, event);
    }
  }
  function list() {
    return store.listProviderSessions(begun, now);
  }
}

function endIdOf(issuer: string, sid: string): string {
  return createHash('sha256').update(`latchkey ended|${issuer}|${sid}`).digest('base64url');
}

function rememberedUntil(at: Date): Date {
  return new Date(at.getTime() + rememberedSeconds * 1000);
}

async function readNotice(deps: Container, from: Provider, token: string) {
  try {
    const connection = await deps.providers.connect(from);
    return { ...(await readLogoutToken(deps, connection, token)), issuer: connection.issuer };
  } catch (problem) {
    if (isAway(problem)) throw new AppError('temporarily_unavailable', { retryAfterSeconds: awaySeconds });
    throw new AppError('invalid_request', { description: 'This is no logout token for this app.' });
  }
}

/**
 * Returns the address at which a session's provider signs its own session out, where the operator asks for that and the provider has
 * one; else null, also where the provider is away, or does not answer within `signOutWaitSeconds`.
 */
export async function providerSignOutUrl(deps: Container, sessionIds: readonly string[]): Promise<string | null> {
  const wanting = deps.env.OIDC_PROVIDERS.filter(({ signOut }) => signOut === 'provider');
  if (wanting.length === 0) return null;
  for (const id of sessionIds) {
    const identity = await deps.store.findSessionIdentity(id);
    const from = wanting.find(({ issuer }) => issuer === identity?.issuer);
    if (!from) continue;
    try {
      const { metadata } = await withinSeconds(signOutWaitSeconds, deps.providers.connect(from));
      if (!metadata.end_session_endpoint) return null;
      const url = new URL(metadata.end_session_endpoint);
      // The page goes there: no other scheme, which could run a script in it.
      if (!isAddress(url.origin)) return null;
      url.searchParams.set('client_id', from.clientId);
      url.searchParams.set('post_logout_redirect_uri', deps.env.APP_URL + paths.login);
      return url.href;
    } catch {
      return null;
    }
  }
  return null;
}
