/** Asks whoever has a mailed link for a proof: a mailbox alone gets nobody past two-step sign-in. */
import 'server-only';
import type { MailLink } from '#db/store/mail-links.ts';
import type { Proof, ShownProof } from '#db/store/second-factors.ts';
import { AppError, invalid } from '#lib/core/errors.ts';
import { linkProofTries } from '#lib/core/policy.ts';
import type { Requester } from '#lib/core/requester.ts';
import { isUnproven, type TypedProof } from '#lib/core/second-factors/codes.ts';
import { newSecurityEvent, recordSecurityEvent } from '#lib/server/activity/record.ts';
import { countTry } from '#lib/server/limits/tries.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { compareProof, countInLane, withEvent, wrongProof } from './proof.ts';

interface Asked {
  link: MailLink;
  /** Lists what the account's owner can show. */
  factors: Proof['kind'][];
  typed: TypedProof;
  requester: Requester;
}

/**
 * Checks the proof that the holder of a link typed; counts it first. Returns it, to be used up along with the link, and what is to
 * be called if it was used before. Throws `second_step_required` where none was typed, and `invalid_request` with `fields.code`
 * for a wrong one, which leave the link good, and with `fields.token` as well for the last one that a link gets. Throws
 * `slow_down`.
 */
export async function proofOfLink(deps: Container, { link, factors, typed, requester }: Asked) {
  if (isUnproven(typed)) throw new AppError('second_step_required', { secondStep: { factors } });
  const about = { userId: link.userId, sessionId: null, requester };
  const now = deps.clock();
  // One lane for all links of a kind: whoever reads the mailbox gets as many as they ask for. Counted first: a code that is not
  // compared uses up no link.
  const lane = `link:${link.kind}` as const;
  await countInLane(deps, link.userId, typed, lane);
  // The first try opens a window that ends with the link. No setting takes this limit away.
  const seconds = Math.max(1, Math.ceil((link.expiresAt.getTime() - now.getTime()) / 1000));
  const { count } = await countTry(deps, 'link-proof', link.id, { seconds });
  if (count > linkProofTries) throw await voided(deps, link, typed);
  const refuse = async (): Promise<AppError> => {
    await recordSecurityEvent(deps, newSecurityEvent(deps, 'second_step_failed', { ...about, now }), link.userId);
    return count < linkProofTries ? invalid(wrongProof(typed)) : voided(deps, link, typed);
  };
  const proof = await compareProof(deps, link.userId, typed, {
    ...{ lane, requester },
    purpose: link.kind === 'undo' ? 'undo' : 'reset',
  });
  if (proof === null) throw await refuse();
  const shown: ShownProof = withEvent(deps, proof, { ...about, now });
  return { shown, refuse };
}

/** Voids a link, and makes the answer to its last proof. */
async function voided(deps: Container, { id }: MailLink, typed: TypedProof): Promise<AppError> {
  await deps.store.voidMailLink(id);
  return invalid({ ...wrongProof(typed), token: ['Too many tries were wrong: this link is void now.'] });
}
