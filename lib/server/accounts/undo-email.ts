import 'server-only';
import { randomUUID } from 'node:crypto';
import type { MailLink } from '#db/store/mail-links.ts';
import type { ShownProof } from '#db/store/second-factors.ts';
import { maskedEmail } from '#lib/core/accounts/email.ts';
import type { EmailUndoRequest } from '#lib/core/accounts/email-contract.ts';
import { AppError, invalid } from '#lib/core/errors.ts';
import { limitBucket, truncatedAddress } from '#lib/core/limits/address.ts';
import { relyingPartyId } from '#lib/core/passkeys/relying-party.ts';
import { retryAfterSeconds, undoSeconds } from '#lib/core/policy.ts';
import type { Requester } from '#lib/core/requester.ts';
import type { TypedProof } from '#lib/core/second-factors/codes.ts';
import { isMailOn } from '#lib/core/settings.ts';
import { logSecurityEvent, newSecurityEvent } from '#lib/server/activity/record.ts';
import { linkIdOf } from '#lib/server/crypto/mail-secrets.ts';
import { limitTries } from '#lib/server/limits/tries.ts';
import { newPasswordLink } from '#lib/server/mail/links.ts';
import { waysInBeside } from '#lib/server/providers/ways-in.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { proofOfLink } from '#lib/server/second-factors/of-link.ts';
import { proofsOf } from '#lib/server/second-factors/proofs.ts';

/** Limits the rounds of an undo. Another change in the same moment needs a new round. */
const maxRounds = 5;

/**
 * Undoes a change of address with its link, once: brings the address back, removes the password, ends every session, and mails a
 * link to set a new password, where passwords sign in. Nobody is signed in. The address must be typed, which no program does that
 * opens links. Factors that were made after the change are removed; where there was one before, which is there still, it takes a
 * proof of that time.
 *
 * Where no mail of ours had proved the address before the change, a stranger may have made the account: then it asks for no proof
 * while two-step sign-in is off, and removes every identity and passkey, as the first mailed link to set a password does.
 *
 * Throws `second_step_required` without a proof that it takes, `invalid_request` with fields `token` (unknown, used or expired),
 * `email` (not the one that comes back) or `code` (wrong), `slow_down` or `temporarily_unavailable`.
 */
export async function undoEmailChange(
  deps: Container,
  { token, email, ...typed }: EmailUndoRequest,
  requester: Requester,
): Promise<void> {
  await limitTries(deps, 'undo-address', limitBucket(requester.ip), 'LIMIT_LOGIN_PER_ADDRESS');
  const first = await findUndo(deps, token);
  if (first.link.email !== email) throw invalid(otherAddress);
  const proof = await olderProof(deps, first, { typed, requester });
  for (let round = 0; round < maxRounds; round++) {
    const found = await findUndo(deps, token);
    const outcome = await undo(deps, found, { requester, proof: proof?.shown ?? null });
    if (outcome === 'undone') return;
    if (proof && outcome === 'wrong_proof') throw await proof.refuse();
  }
  throw new AppError('temporarily_unavailable', { retryAfterSeconds });
}

type Undo = Awaited<ReturnType<typeof findUndo>>;

/** Finds the change that a token undoes. Throws `invalid_request` unless its link is there, good and exactly this one. */
async function findUndo({ store, clock, mailSecrets }: Container, token: string) {
  const id = linkIdOf(token);
  const found = id === null ? null : await store.findMailLink(id, clock());
  const { kind, email } = found?.link ?? {};
  if (!found || kind !== 'undo' || !email || !mailSecrets.isTokenOf(token, found.link)) throw invalid(voidLink);
  return { link: { ...found.link, email }, user: found.user };
}

/** Returns the time of the change that a link undoes. */
function changedAt({ expiresAt }: MailLink): Date {
  return new Date(expiresAt.getTime() - undoSeconds * 1000);
}

/**
 * Asks for a proof where the account has one from before the change: an app, recovery codes or a passkey. Returns null where it
 * has none, or needs none.
 */
async function olderProof(
  deps: Container,
  { link, user }: Undo,
  { typed, requester }: { typed: TypedProof; requester: Requester },
) {
  if (!link.addressProved && !user.twoStep) return null;
  const factors = await proofsOf(deps, link.userId, changedAt(link));
  return factors.length > 0 ? proofOfLink(deps, { link, factors, typed, requester }) : null;
}

/** Undoes a change. Writes nothing, and returns `void` if the link was used or the address changed since they were read. */
async function undo(
  deps: Container,
  { link, user }: Undo,
  { requester, proof }: { requester: Requester; proof: ShownProof | null },
) {
  const now = deps.clock();
  const { userId, email } = link;
  const about = { userId, sessionId: null, requester, now };
  const event = newSecurityEvent(deps, 'email_change_undone', about);
  // Whoever showed a factor from then has the account as it was. Else a mailbox that proves itself for the first time takes
  // it clean.
  const waysIn = link.addressProved || proof ? null : await waysInBeside(deps, null, about);
  const from = { userAgent: requester.userAgent, ip: truncatedAddress(requester.ip), at: now };
  const isMailed = isMailOn(deps.env);
  const isReset = isMailed && deps.env.PASSWORD_SIGN_IN === 'on';
  const formerMail = {
    id: randomUUID(),
    kind: 'notice',
    recipient: user.email,
    detail: maskedEmail(email),
    ...from,
  } as const;
  const mail = { id: randomUUID(), kind: 'password_reset', recipient: email, ...from } as const;
  const outcome = await deps.store.undoEmailChange({
    link,
    from: user.email,
    event,
    formerMail: isMailed && user.email !== email ? formerMail : null,
    reset: isReset ? { link: newPasswordLink(deps, { kind: 'reset', userId, email }), mail } : null,
    changedAt: changedAt(link),
    rpId: relyingPartyId(deps.env),
    proof,
    waysIn,
  });
  if (outcome !== 'undone') return outcome;
  deps.outbox.wake();
  logSecurityEvent(deps.log, event);
  for (const also of [proof?.event, ...(waysIn?.events ?? [])]) if (also) logSecurityEvent(deps.log, also);
  return outcome;
}

const voidLink = {
  token: ['This link was used before, or its time is over.'],
};
const otherAddress = {
  email: ['This is not the address that the link takes back. Type the one that its mail was sent to.'],
};
