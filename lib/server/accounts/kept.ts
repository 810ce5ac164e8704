import 'server-only';
import type { Container } from '#lib/server/runtime/container.ts';
import type { CurrentSession } from '#lib/server/sessions/list.ts';

/** Limits the newest events that are looked at. What keeps an account stands beside the sign-in of its session. */
const looked = 20;

/** Tells whether the sign-in of this session kept an account that was to be deleted, as far as that is not long ago. */
export async function wasKeptBy({ store }: Container, { userId, sessionId }: CurrentSession): Promise<boolean> {
  const { items } = await store.listSecurityEvents(userId, { page: 1, size: looked });
  return items.some((event) => event.type === 'account_kept' && event.sessionId === sessionId);
}
