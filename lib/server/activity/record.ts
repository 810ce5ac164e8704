import 'server-only';
import { randomUUID } from 'node:crypto';
import type { SecurityEvent } from '#db/store/activity.ts';
import type { EventType } from '#lib/core/activity/contract.ts';
import { truncatedAddress } from '#lib/core/limits/address.ts';
import { securityEventLimit } from '#lib/core/policy.ts';
import type { Requester } from '#lib/core/requester.ts';
import { deviceOf } from '#lib/core/sessions/device.ts';
import type { Limit } from '#lib/core/setting-kinds.ts';
import { countTry } from '#lib/server/limits/tries.ts';
import { type Logger, logFault } from '#lib/server/observability/log.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** Makes a security event of what happens at `now`. Of the address it keeps the network. */
export function newSecurityEvent<Owner extends string | null>(
  type: EventType,
  { userId, sessionId, requester, now }: { userId: Owner; sessionId: string | null; requester: Requester; now: Date },
): Omit<SecurityEvent, 'userId'> & { userId: Owner } {
  const { userAgent, ip } = requester;
  return { id: randomUUID(), userId, sessionId, type, at: now, userAgent, ip: truncatedAddress(ip) };
}

/** What operators watch for; the rest is `info`. */
const warnings: readonly EventType[] = ['refresh_reuse', 'refresh_rollback', 'limit_reached'];

type Logged = Pick<SecurityEvent, 'type' | 'sessionId' | 'ip' | 'userAgent'> & { userId: string | null };

/** Logs a security event, once it is written. Of the user agent it keeps the family: the rest is the requester's own words. */
export function logSecurityEvent(log: Logger, { type, userId, sessionId, ip, userAgent }: Logged): void {
  const level = warnings.includes(type) ? 'warn' : 'info';
  log[level]({ event: type, userId, sessionId, ip, device: deviceOf(userAgent).name });
}

/** A security event that goes with no other write. `userId` is null for an account that nobody has: it is then only logged. */
type Loose = Omit<SecurityEvent, 'userId'> & { userId: string | null };

/**
 * Logs and stores a security event that goes with no other write. Stores at most `most` of a kind for `who`, since strangers
 * can cause them. Never rejects: what is only recorded must not undo what happened.
 */
export async function recordSecurityEvent(
  deps: Container,
  event: Loose,
  who: string,
  most: Limit = securityEventLimit,
): Promise<void> {
  try {
    logSecurityEvent(deps.log, event);
    const { count } = await countTry(deps, `event-${event.type}`, who, most);
    const { userId } = event;
    if (userId !== null && count <= most.count) await deps.store.addSecurityEvent({ ...event, userId });
  } catch (error) {
    logFault(deps.log, error);
  }
}
