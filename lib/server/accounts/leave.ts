import 'server-only';
import type { LeavingAccount } from '#db/store/leaving.ts';
import { bearerError } from '#lib/core/errors.ts';
import type { Requester } from '#lib/core/requester.ts';
import { logSecurityEvent, newSecurityEvent } from '#lib/server/activity/record.ts';
import type { Container } from '#lib/server/runtime/container.ts';

interface Leaving {
  user: LeavingAccount;
  /** The session that asks; null where an operator does. */
  sessionId: string | null;
  requester: Requester;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Closes the account of whoever asks: every session is over at once, and purge deletes the account after `ACCOUNT_DELETE_DAYS`,
 * unless its owner signs in before. Returns when that is; null if the settings had it deleted at once. Throws `invalid_token`
 * if the session that asks is over by now.
 */
export async function leave(deps: Container, leaving: Leaving & { sessionId: string }): Promise<Date | null> {
  const left = await closeOrDelete(deps, leaving, deps.env.ACCOUNT_DELETE_DAYS);
  if (!left) throw bearerError('ended');
  logSecurityEvent(deps.log, left.event);
  deps.outbox.wake();
  return left.deletesAt;
}

/** Returns the days for which an account that its owner closes now can still be kept: 0 if it is deleted at once. */
export async function daysToStay(deps: Pick<Container, 'store' | 'env' | 'clock'>, userId: string): Promise<number> {
  const now = deps.clock();
  const undoEnd = await deps.store.findUndoEnd(userId, now);
  const undoDays = undoEnd === null ? 0 : Math.ceil((undoEnd.getTime() - now.getTime()) / dayMs);
  return Math.max(deps.env.ACCOUNT_DELETE_DAYS, undoDays);
}

/**
 * Closes an account for `days`, or deletes it at once for 0; but never before its address can be taken back no more. Returns
 * null, and writes nothing, if the session that asks is over, or the account is gone or closed already.
 */
export async function closeOrDelete(
  deps: Pick<Container, 'store' | 'env' | 'clock'>,
  { user, sessionId, requester }: Leaving,
  days: number,
) {
  const now = deps.clock();
  const about = { userId: user.id, sessionId, requester, now };
  const undoEnd = await deps.store.findUndoEnd(user.id, now);
  if (days === 0 && undoEnd === null) {
    const event = newSecurityEvent(deps, 'account_deleted', about);
    return (await deps.store.deleteAccount(user, sessionId, event)) ? { event, deletesAt: null } : null;
  }
  const deletesAt = new Date(Math.max(now.getTime() + days * dayMs, undoEnd?.getTime() ?? 0));
  const closing = newSecurityEvent(deps, 'account_closing', about);
  const event = { ...closing, noticeDetail: deletesAt.toISOString() };
  const input = { userId: user.id, askingSessionId: sessionId, deletesAt, event };
  return (await deps.store.closeAccount(input)) ? { event, deletesAt } : null;
}
