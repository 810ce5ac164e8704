import 'server-only';
import { randomUUID } from 'node:crypto';
import { truncatedAddress } from '#lib/core/client-address.ts';
import type { Container } from './container.ts';
import type { Client } from './http/route.ts';
import { sessionIdOfRefreshToken } from './session.ts';

/**
 * Ends the sessions that the two cookies name, of whatever generation and age. Resolves once they are known to be ended,
 * unknown or not ours; throws `StoreUnavailable` when that could not be written, and then the cookies must stay.
 */
export async function logout(
  deps: Container,
  cookies: { refresh: string | null; session: string | null },
  client: Client,
): Promise<void> {
  const named = await Promise.all([
    sessionIdOfRefreshToken(deps, cookies.refresh),
    deps.sessionCookies.sessionIdOf(cookies.session),
  ]);
  const { userAgent, ip } = client;
  for (const id of new Set(named.filter((id) => id !== null))) {
    await deps.store.endSession(id, 'signed_out', {
      id: randomUUID(),
      type: 'signed_out',
      at: deps.clock(),
      userAgent,
      ip: truncatedAddress(ip),
    });
  }
}
