import 'server-only';
import type { SessionInfo } from '#lib/core/contracts.ts';
import { AppError } from '#lib/core/errors.ts';
import { isOver, sessionNow } from '#lib/core/sessions/rotation.ts';
import type { Client } from '#lib/server/http/route.ts';
import { logEvent } from '#lib/server/observability/log.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { newEvent, sessionIdsOfCookies } from './issue.ts';

/** Whose list it is, and which of its sessions asks. */
export interface Owner {
  userId: string;
  sessionId: string;
}

/** The living sessions, the one that asks marked. */
export async function listSessions(deps: Container, { userId, sessionId }: Owner): Promise<SessionInfo[]> {
  const rows = await deps.store.listSessions(userId, deps.clock(), deps.env.AUTH_EPOCH);
  return rows.map((row) => ({
    id: row.id,
    current: row.id === sessionId,
    created_at: row.createdAt.toISOString(),
    last_used_at: row.lastUsedAt.toISOString(),
    expires_at: new Date(Math.min(row.idleExpiresAt, row.expiresAt)).toISOString(),
    user_agent: row.userAgent,
    ip: row.ip,
  }));
}

/** Ends one of the person's own sessions. Throws `not_found` for any other. */
export async function endSession(deps: Container, userId: string, id: string, client: Client): Promise<void> {
  const event = newEvent('session_ended', { userId, sessionId: id, client, now: deps.clock() });
  if (!(await deps.store.endOwnSession(userId, id, event))) throw new AppError('not_found');
  logEvent(deps.log, event);
}

/** Ends every session of the person, or every other one. */
export async function endAllSessions(
  deps: Container,
  { userId, sessionId }: Owner,
  { exceptCurrent, client }: { exceptCurrent: boolean; client: Client },
): Promise<void> {
  const event = newEvent('signed_out_everywhere', { userId, sessionId, client, now: deps.clock() });
  await deps.store.endAllSessions(userId, exceptCurrent ? sessionId : null, event);
  logEvent(deps.log, event);
}

/** Whether the two cookies name a session that lives. */
export async function hasLivingSession(
  deps: Container,
  cookies: { refresh: string | null; session: string | null },
): Promise<boolean> {
  for (const id of await sessionIdsOfCookies(deps, cookies)) {
    const found = await deps.store.findSession(id);
    if (!found) continue;
    const { session, user } = found;
    const now = sessionNow(session, deps.clock().getTime());
    if (!isOver(session, { user: user.epoch, app: deps.env.AUTH_EPOCH }, now)) return true;
  }
  return false;
}
