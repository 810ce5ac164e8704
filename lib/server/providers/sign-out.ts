import 'server-only';
import { AppError } from '#lib/core/errors.ts';
import { isAddress, type Provider } from '#lib/core/providers/settings.ts';
import { paths } from '#lib/core/routes.ts';
import { logSecurityEvent, newSecurityEvent } from '#lib/server/activity/record.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { isAway } from './fetch.ts';
import { readLogoutToken } from './logout-token.ts';

/** Nobody who acts: the provider says it, from an address of its own. */
const provider = { userAgent: null, ip: null };
/** Seconds for which a logout token is remembered: longer than it can be good. */
const rememberedSeconds = 15 * 60;

/**
 * Ends the sessions that a logout token names, if they began before it was made. Does nothing for one that came before, and for a
 * subject that is unknown here. Throws `invalid_request` for a token that is none, or `temporarily_unavailable` while the provider's
 * keys cannot be had.
 */
export async function signOutByProvider(deps: Container, from: Provider, token: string): Promise<void> {
  const { store, clock, log } = deps;
  const notice = await readNotice(deps, from, token);
  if (await store.isSpent(notice.id)) return;
  const { sid, subject, issuedAt, issuer } = notice;
  for (const { id, userId } of await store.listProviderSessions(issuer, { sid, subject }, issuedAt)) {
    const about = { userId, sessionId: id, requester: provider, now: clock() };
    const event = newSecurityEvent(deps, 'signed_out_by_provider', about);
    if (await store.endSession(id, 'provider_signed_out', event)) logSecurityEvent(log, event);
  }
  await store.spendOnce(notice.id, new Date(clock().getTime() + rememberedSeconds * 1000));
}

async function readNotice(deps: Container, from: Provider, token: string) {
  try {
    const connection = await deps.providers.connect(from);
    return { ...(await readLogoutToken(deps, connection, token)), issuer: connection.issuer };
  } catch (problem) {
    if (isAway(problem)) throw new AppError('temporarily_unavailable', { retryAfterSeconds: 5 });
    throw new AppError('invalid_request', { description: 'This is no logout token for this app.' });
  }
}

/**
 * Returns the address at which a session's provider signs its own session out, where the operator asks for that and the provider has
 * one; else null, also while the provider is away: nobody waits for it.
 */
export async function providerSignOutUrl(deps: Container, sessionIds: readonly string[]): Promise<string | null> {
  const wanting = deps.env.OIDC_PROVIDERS.filter(({ signOut }) => signOut === 'provider');
  if (wanting.length === 0) return null;
  for (const id of sessionIds) {
    const identity = await deps.store.findSessionIdentity(id);
    const from = wanting.find(({ issuer }) => issuer === identity?.issuer);
    if (!from) continue;
    try {
      const { metadata } = await deps.providers.connect(from);
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
