import 'server-only';
import { randomUUID } from 'node:crypto';
import { AppError } from '#lib/core/errors.ts';
import { limitBucket, truncatedAddress } from '#lib/core/limits/address.ts';
import type { Requester } from '#lib/core/requester.ts';
import { isMailOn } from '#lib/core/settings.ts';
import { limitTries } from '#lib/server/limits/tries.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/**
 * Asks for a link to set a new password, to be mailed. Writes one mail to the outbox and looks nobody up, so that the
 * answer and its time are the same whoever it is; the sender finds out whether there is an account. Throws `not_found`
 * where mail is off, and `slow_down` for a network that asked too often. An address that was asked for too often gets
 * no more mails, and the same answer.
 */
export async function askForPasswordLink(deps: Container, email: string, requester: Requester): Promise<void> {
  const { env, store, outbox, clock } = deps;
  if (!isMailOn(env)) throw new AppError('not_found');
  await limitTries(deps, 'mail-client', limitBucket(requester.ip), 'LIMIT_MAIL_PER_CLIENT');
  if (await isOverLimit(deps, email)) return;
  const { userAgent, ip } = requester;
  const asked = { at: clock(), userAgent, ip: truncatedAddress(ip) };
  await store.addMail({ id: randomUUID(), kind: 'password_reset', recipient: email, ...asked });
  outbox.wake();
}

async function isOverLimit(deps: Container, email: string): Promise<boolean> {
  try {
    await limitTries(deps, 'mail-reset', email, 'LIMIT_MAIL_PER_ADDRESS');
    return false;
  } catch (error) {
    if (error instanceof AppError) return true;
    throw error;
  }
}
