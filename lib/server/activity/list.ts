import 'server-only';
import type { SecurityEvent } from '#db/store/activity.ts';
import type { ActivityEvent, ActivityPage, ActivityQuery } from '#lib/core/activity/contract.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** Returns one page of the user's security events, the newest first. */
export async function listActivity(
  deps: Container,
  userId: string,
  { page, size }: ActivityQuery,
): Promise<ActivityPage> {
  const { items, total } = await deps.store.listSecurityEvents(userId, { page, size });
  return {
    items: items.map(toActivityEvent),
    total,
    page,
    size,
    pages: Math.ceil(total / size),
  };
}

/** Shows a security event to the person whom it is about. */
export function toActivityEvent(event: SecurityEvent): ActivityEvent {
  const { id, type, at, sessionId, userAgent, ip, method, by } = event;
  return { id, type, at: at.toISOString(), session_id: sessionId, user_agent: userAgent, ip, method, by };
}
