import 'server-only';
import type { SessionRow } from '#db/store/sessions.ts';
import type { SessionInfo } from '#lib/core/sessions/contract.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** The user and the session that a request comes from. */
export interface CurrentSession {
  userId: string;
  sessionId: string;
}

/** Lists the user's living sessions and marks the current one. */
export async function listSessions(deps: Container, { userId, sessionId }: CurrentSession): Promise<SessionInfo[]> {
  const rows = await deps.store.listSessions(userId, deps.clock(), deps.env.AUTH_EPOCH);
  // An unused successor and the session that it replaces are one.
  const isListed = ({ replaces }: SessionRow) => !rows.some(({ id }) => id === replaces);
  return rows.filter(isListed).map((row) => ({ ...toSessionInfo(row), current: row.id === sessionId }));
}

/** Shows a session to its person. */
export function toSessionInfo(row: SessionRow): Omit<SessionInfo, 'current'> {
  return {
    id: row.id,
    created_at: row.createdAt.toISOString(),
    last_used_at: row.lastUsedAt.toISOString(),
    expires_at: new Date(Math.min(row.idleExpiresAt, row.expiresAt)).toISOString(),
    user_agent: row.userAgent,
    ip: row.ip,
  };
}
