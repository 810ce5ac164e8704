import 'server-only';
import { randomUUID } from 'node:crypto';
import type { EmailChange } from '#db/store/email-changes.ts';
import type { AccessRow } from '#db/store/sessions.ts';
import { maskedEmail } from '#lib/core/accounts/email.ts';
import type { User } from '#lib/core/accounts/user.ts';
import { AppError, bearerError, emailTaken, invalid } from '#lib/core/errors.ts';
import { limitBucket, truncatedAddress } from '#lib/core/limits/address.ts';
import { codeTries, emailChangeSeconds } from '#lib/core/policy.ts';
import type { Requester } from '#lib/core/requester.ts';
import { isMailOn } from '#lib/core/settings.ts';
import { logSecurityEvent, newSecurityEvent } from '#lib/server/activity/record.ts';
import { newLinkNonce } from '#lib/server/crypto/mail-secrets.ts';
import { limitTries } from '#lib/server/limits/tries.ts';
import { newUndoLink } from '#lib/server/mail/links.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { requireStrong } from '#lib/server/sessions/fresh.ts';
import { readableEmail, toUser } from '#lib/server/sessions/user.ts';

/**
 * Asks for another address, or to prove the present one: mails a code there, by which `confirmEmail` makes the change, and
 * tells the present address. Takes the place of an earlier change. Looks nobody up, so that the answer and its time are the
 * same for a free and a taken address; the sender writes to whoever holds it. Returns the seconds for which the code is good.
 * Throws `not_found` where mail is off, `invalid_request` with field `email`, `slow_down`, `invalid_token` when the session
 * has ended meanwhile, or `temporarily_unavailable`.
 */
export async function askForEmail(
  deps: Container,
  { user, session }: AccessRow,
  { email, requester }: { email: string; requester: Requester },
): Promise<number> {
  const { env, store, outbox, clock, mailSecrets } = deps;
  if (!isMailOn(env)) throw new AppError('not_found');
  const isOwn = email === user.email;
  if (isOwn && (await store.findSafeguards(user.id)).isEmailVerified) throw invalid(isVerified);
  await limitTries(deps, 'mail-client', limitBucket(requester.ip), 'LIMIT_MAIL_PER_CLIENT');
  await limitTries(deps, 'mail-email-user', user.id, 'LIMIT_MAIL_PER_CLIENT');
  await limitTries(deps, 'mail-email', email, 'LIMIT_MAIL_PER_ADDRESS');
  const now = clock();
  const expiresAt = new Date(now.getTime() + emailChangeSeconds * 1000);
  const secret = { kid: mailSecrets.newestKid, nonce: newLinkNonce(), tries: 0 };
  const change: EmailChange = { userId: user.id, id: randomUUID(), email, ...secret, expiresAt };
  const event = newSecurityEvent(deps, 'email_change_asked', about(user, session, requester, now));
  const told = isOwn ? null : { event, askedMail: { id: randomUUID(), detail: maskedEmail(email) } };
  const codeMail = { ...mailOf(requester, now), kind: 'email_code', recipient: email } as const;
  if (!(await store.askEmailChange({ change, sessionId: session.id, codeMail, told }))) throw bearerError('ended');
  outbox.wake();
  if (told) logSecurityEvent(deps.log, event);
  return emailChangeSeconds;
}

/**
 * Makes the change that waits, once its code is typed. Each code is counted before it is compared. The earlier address is mailed
 * a link that undoes the change, and is kept for that; other sessions end. Throws `not_found` where mail is off,
 * `insufficient_user_authentication` where two-step sign-in is on and the session has shown one factor, `invalid_request` with field
 * `code` (wrong, or the change is over), `email_taken` once the code was right, or `temporarily_unavailable`.
 */
export async function confirmEmail(
  deps: Container,
  { user, session }: AccessRow,
  { code, requester }: { code: string; requester: Requester },
): Promise<User> {
  const { env, store, clock, mailSecrets } = deps;
  if (!isMailOn(env)) throw new AppError('not_found');
  // Two-step sign-in may have been turned on since the change was asked for.
  await requireStrong(deps, session.id);
  const change = await store.countEmailTry(user.id, clock());
  if (!change) throw invalid(isOver);
  if (!mailSecrets.isCodeOf(code, 'email', change)) throw invalid(change.tries < codeTries ? isWrong : isOver);
  const occasion = about(user, session, requester, clock());
  if (change.email !== user.email) await makeChange(deps, change, user.email, occasion);
  else {
    const event = newSecurityEvent(deps, 'email_verified', occasion);
    if (!(await store.verifyEmail({ change, sessionId: session.id, event }))) throw invalid(isOver);
    logSecurityEvent(deps.log, event);
  }
  return toUser({ ...user, email: change.email });
}

/** Makes a change whose code was right. Throws `invalid_request` with field `code` if it is over, or `email_taken`. */
async function makeChange(
  deps: Container,
  change: EmailChange,
  from: string,
  occasion: ReturnType<typeof about>,
): Promise<void> {
  const { userId, sessionId, requester, now } = occasion;
  const undo = newUndoLink(deps, { userId, email: from });
  const detail = maskedEmail(change.email);
  const undoMail = { ...mailOf(requester, now), kind: 'email_undo', recipient: from, detail } as const;
  const event = newSecurityEvent(deps, 'email_changed', occasion);
  const outcome = await deps.store.changeEmail({ change, sessionId, undo, undoMail, event });
  if (outcome === 'email_taken') throw emailTaken();
  if (outcome === 'void') throw invalid(isOver);
  deps.outbox.wake();
  logSecurityEvent(deps.log, event);
}

/** Gives up the change of a person's address that waits for its code, if there is one. */
export async function giveUpEmail({ store }: Container, userId: string): Promise<void> {
  await store.dropEmailChange(userId);
}

/** A change that waits for its code, as its owner may see it. */
export interface WaitingEmail {
  email: string;
  expiresAt: Date;
}

/** Returns the change of a person's address that waits for its code, or null. */
export async function findWaitingEmail({ store, clock }: Container, userId: string): Promise<WaitingEmail | null> {
  const found = await store.findEmailChange(userId, clock());
  return found && { email: readableEmail(found.email), expiresAt: found.expiresAt };
}

const isVerified = { email: ['This is your address already, and it is confirmed.'] };
const isWrong = { code: ['This is not the code in our mail. Take the newest one.'] };
const isOver = { code: ['This change is over. Ask for it again.'] };

function about(user: { id: string }, session: { id: string }, requester: Requester, now: Date) {
  return { userId: user.id, sessionId: session.id, requester, now };
}

function mailOf({ userAgent, ip }: Requester, at: Date) {
  return { id: randomUUID(), at, userAgent, ip: truncatedAddress(ip) };
}
