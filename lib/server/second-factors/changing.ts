import 'server-only';
import type { UserRow } from '#db/store/accounts.ts';
import type { FactorChange } from '#db/store/second-factors.ts';
import type { AccessRow } from '#db/store/sessions.ts';
import type { EventType } from '#lib/core/activity/contract.ts';
import { AppError, bearerError } from '#lib/core/errors.ts';
import type { Requester } from '#lib/core/requester.ts';
import { logSecurityEvent, newSecurityEvent } from '#lib/server/activity/record.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { requireFresh } from '#lib/server/sessions/fresh.ts';

/** The session that asks for a change of factors, and where it asks from. */
export interface Asking {
  access: AccessRow;
  requester: Requester;
}

/** Reads the account of whoever asks. Throws `invalid_token` if it is gone. */
export async function readOwn({ store }: Container, { access }: Asking): Promise<UserRow> {
  const row = await store.findUser(access.user.id);
  if (!row) throw bearerError('ended');
  return row;
}

/**
 * Reads the account of whoever asks, and lets on only a fresh session of two factors if two-step sign-in is on by now: it may have
 * been turned on since the request was let in. Throws `insufficient_user_authentication` as well.
 */
export async function readOwnFresh(deps: Container, asking: Asking): Promise<UserRow> {
  const row = await readOwn(deps, asking);
  if (row.twoStep) await requireFresh(deps, asking.access.session.id);
  return row;
}

/**
 * Throws `email_not_verified` where mail is sent, the address is not verified and two-step sign-in is off: the mailbox's owner
 * must be able to take such an account back by mail.
 */
export function requireVerified({ env }: Container, { emailVerifiedAt, twoStep }: UserRow): void {
  if (env.SMTP_URL !== undefined && emailVerifiedAt === null && !twoStep) throw new AppError('email_not_verified');
}

/** Describes a change: on the counters of `row`, with an event of each of `types`. */
export function changeOf(
  deps: Container,
  { access: { user, session }, requester }: Asking,
  { row, types, endsOthers = false }: { row: UserRow; types: EventType[]; endsOthers?: boolean | undefined },
): FactorChange {
  const now = deps.clock();
  const about = { userId: user.id, sessionId: session.id, requester, now };
  return {
    userId: user.id,
    sessionId: session.id,
    // Takes the epoch that the access check read: if it was raised since, other sessions were ended, perhaps this one too.
    shown: { credentialVersion: row.credentialVersion, epoch: user.epoch },
    endsOthers,
    at: now,
    events: types.map((type) => newSecurityEvent(deps, type, about)),
  };
}

/** Logs the events of a change that was made, and has its mails sent. */
export function made({ log, outbox }: Container, { events }: FactorChange): void {
  for (const event of events) logSecurityEvent(log, event);
  outbox.wake();
}
