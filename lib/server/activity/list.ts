import 'server-only';
import type { ActivityPage, ActivityQuery } from '#lib/core/activity/contract.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** Returns one page of the user's security events, the newest first. */
export async function listActivity(
  deps: Container,
  userId: string,
  { page, size }: ActivityQuery,
): Promise<ActivityPage> {
  const { items, total } = await deps.store.listSecurityEvents(userId, { page, size });
  return {
    items: items.map(({ id, type, at, sessionId, userAgent, ip }) => ({
      id,
      type,
      at: at.toISOString(),
      session_id: sessionId,
      user_agent: userAgent,
      ip,
    })),
    total,
    page,
    size,
    pages: Math.ceil(total / size),
  };
}
