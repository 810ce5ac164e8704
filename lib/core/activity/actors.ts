import { operatorAgent, type Requester } from '#lib/core/requester.ts';
import type { EventActor, EventType } from './contract.ts';

/** Types that whoever causes them has not shown who they are, whatever else is known of them. */
const byStranger: ReadonlySet<EventType> = new Set<EventType>([
  'sign_in_failed',
  'second_step_failed',
  'second_step_abandoned',
  'password_reset_asked',
  'passkey_refused',
  'link_refused',
  'refresh_reuse',
  'refresh_rollback',
]);

/**
 * Says who caused a security event. A limit is reached by a stranger unless somebody is signed in. Whoever holds a link that was mailed
 * to the account counts as its owner.
 */
export function actorOf(
  type: EventType,
  { sessionId, requester }: { sessionId: string | null; requester: Pick<Requester, 'userAgent'> },
): EventActor {
  if (type === 'signed_out_by_provider') return 'provider';
  if (requester.userAgent === operatorAgent) return 'operator';
  if (byStranger.has(type) || (type === 'limit_reached' && sessionId === null)) return 'stranger';
  return 'self';
}
