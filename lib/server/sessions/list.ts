import 'server-only';
import type { SessionInfo } from '#lib/core/sessions/contract.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** Whose sessions it is about, and which of them asks. */
export interface Owner {
  userId: string;
  sessionId: string;
}

/** Lists the living sessions, the one that asks marked. */
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
