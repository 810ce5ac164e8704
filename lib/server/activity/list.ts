import 'server-only';
import type { ActivityPage, ActivityQuery } from '#lib/core/contracts.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** The person's security log, newest first. */
export async function listActivity(
  deps: Container,
  userId: string,
  { page, size }: ActivityQuery,
): Promise<ActivityPage> {
  const { items, total } = await deps.store.listEvents(userId, { page, size });
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
