import 'server-only';
import type { Client } from '#lib/server/http/route.ts';
import { logEvent } from '#lib/server/observability/log.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { newEvent, sessionIdsOfCookies } from './issue.ts';

/**
 * Ends the sessions that the two cookies name, of whatever generation and age. Resolves once they are known to be ended,
 * unknown or not ours; throws `StoreUnavailable` when that could not be written, and then the cookies must stay.
 */
export async function logout(
  deps: Container,
  cookies: { refresh: string | null; session: string | null },
  client: Client,
): Promise<void> {
  for (const id of await sessionIdsOfCookies(deps, cookies)) {
    const found = await deps.store.findSession(id);
    if (!found) continue;
    const event = newEvent('signed_out', { userId: found.user.id, sessionId: id, client, now: deps.clock() });
    if (await deps.store.endSession(id, 'signed_out', event)) logEvent(deps.log, event);
  }
}
