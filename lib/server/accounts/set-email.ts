import 'server-only';
import { randomUUID } from 'node:crypto';
import type { UserRow } from '#db/store/accounts.ts';
import { maskedEmail } from '#lib/core/accounts/email.ts';
import type { Requester } from '#lib/core/requester.ts';
import { isMailOn } from '#lib/core/settings.ts';
import { newSecurityEvent } from '#lib/server/activity/record.ts';
import type { Container } from '#lib/server/runtime/container.ts';

type Deps = Pick<Container, 'store' | 'env' | 'clock'>;

/**
 * Sets another address for an operator, which nobody has proved. Ends every session, voids every link, and tells both addresses.
 * No link undoes it: whoever reads mail at the old address may be the reason for it. Returns `void` if the user's address has
 * changed since it was read, and `email_taken` if another account has the new one or it is kept for one.
 */
export function setEmail(
  { store, env, clock }: Deps,
  { user, to, requester }: { user: Pick<UserRow, 'id' | 'email'>; to: string; requester: Requester },
) {
  const now = clock();
  const { userAgent, ip } = requester;
  const event = newSecurityEvent({ env }, 'email_changed', { userId: user.id, sessionId: null, requester, now });
  const mail = { id: randomUUID(), kind: 'notice', recipient: user.email, at: now, userAgent, ip } as const;
  const formerMail = isMailOn(env) ? { ...mail, detail: maskedEmail(to) } : null;
  return store.setEmail({ userId: user.id, from: user.email, to, event, formerMail });
}

/** Says for an operator that an address is verified. Returns false if it is not the user's any more. */
export function setVerified(
  { store, env, clock }: Deps,
  { user, requester }: { user: Pick<UserRow, 'id' | 'email'>; requester: Requester },
): Promise<boolean> {
  const about = { userId: user.id, sessionId: null, requester, now: clock() };
  return store.setVerified(user.id, user.email, newSecurityEvent({ env }, 'email_verified', about));
}
