import 'server-only';
import { randomUUID } from 'node:crypto';
import type { NewSecurityEvent } from '#db/store/activity.ts';
import { actorOf } from '#lib/core/activity/actors.ts';
import type { EventType } from '#lib/core/activity/contract.ts';
import { truncatedAddress } from '#lib/core/limits/address.ts';
import { isNoticed } from '#lib/core/mail/kinds.ts';
import { securityEventLimit } from '#lib/core/policy.ts';
import { type Requester, unmailedAgents } from '#lib/core/requester.ts';
import { deviceOf } from '#lib/core/sessions/device.ts';
import type { Limit } from '#lib/core/setting-kinds.ts';
import { isMailOn } from '#lib/core/settings.ts';
import { countTry } from '#lib/server/limits/tries.ts';
import { type Logger, logFault } from '#lib/server/observability/log.ts';
import type { Container } from '#lib/server/runtime/container.ts';

interface Occurrence<UserId> {
  userId: UserId;
  sessionId: string | null;
  requester: Requester;
  now: Date;
  /** False for a sign-in with a device that the account has seen before. */
  isNewDevice?: boolean;
  /** Method of a sign-in or a sign-up, as in `SecurityEvent`. */
  method?: string | null;
}

/**
 * Makes a security event, which keeps only the network of the requester's address, and which its owner is told of by mail if
 * mail is on and the type is one for that. Neither stores nor logs it.
 */
export function newSecurityEvent<UserId extends string | null>(
  { env }: Pick<Container, 'env'>,
  type: EventType,
  { userId, sessionId, requester, now, isNewDevice = true, method = null }: Occurrence<UserId>,
): Omit<NewSecurityEvent, 'userId'> & { userId: UserId } {
  const { userAgent, ip } = requester;
  const isTold = isNoticed(type) && isNewDevice && !unmailedAgents.has(userAgent) && isMailOn(env);
  return {
    ...{ id: randomUUID(), userId, sessionId, type, at: now, userAgent, ip: truncatedAddress(ip) },
    ...{ method, by: actorOf(type, { sessionId, requester }) },
    ...(isTold && { noticeId: randomUUID() }),
  };
}

/** Types that are logged as `warn`, for operators to watch for. All others are logged as `info`. */
const warnings: readonly EventType[] = [
  'refresh_reuse',
  'refresh_rollback',
  'limit_reached',
  'email_change_undone',
  'factors_reset',
  'passkey_refused',
];

/** Types that are a warning from this count in a window on, and are told of by mail then: a few of them are somebody's own mistakes. */
const warningsFrom: Partial<Record<EventType, number>> = { second_step_failed: 5 };

/** A security event whose `userId` may be null: it is about an email address that has no account. */
type AnyoneEvent = Omit<NewSecurityEvent, 'userId'> & { userId: string | null };

/**
 * Logs a security event; to be called once the write that it reports is committed. Logs the names of browser and system
 * only, not the user agent, which is the requester's own text.
 */
export function logSecurityEvent(
  log: Logger,
  { type, userId, sessionId, ip, userAgent, method = null, by = null }: AnyoneEvent,
  isWarning = warnings.includes(type),
): void {
  const level = isWarning ? 'warn' : 'info';
  log[level]({ event: type, userId, sessionId, ip, device: deviceOf(userAgent).name, method, by });
}

/**
 * Logs and stores a security event that belongs to no other write; one without a user is only logged. Stores at most
 * `most` events of a type for `who`, since strangers can cause them. Never rejects: failing to record an event must not
 * undo what it reports.
 */
export async function recordSecurityEvent(
  deps: Container,
  event: AnyoneEvent,
  who: string,
  most: Limit = securityEventLimit,
): Promise<void> {
  const from = warningsFrom[event.type];
  if (from === undefined) logSecurityEvent(deps.log, event);
  try {
    const { count } = await countTry(deps, `event-${event.type}`, who, most);
    if (from !== undefined) logSecurityEvent(deps.log, event, count >= from);
    const { userId, noticeId, ...row } = event;
    if (userId === null || count > most.count) return;
    const isTold = noticeId !== undefined && (from === undefined || count === from);
    await deps.store.addSecurityEvent({ ...row, userId, ...(isTold && { noticeId }) });
    if (isTold) deps.outbox.wake();
  } catch (error) {
    logFault(deps.log, error);
  }
}
