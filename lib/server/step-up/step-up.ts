import 'server-only';
import type { ShownProof } from '#db/store/second-factors.ts';
import type { AccessRow } from '#db/store/sessions.ts';
import { bearerError, type FieldErrors, invalid, passwordsOff } from '#lib/core/errors.ts';
import { isPasswordTooLong } from '#lib/core/passwords/rules.ts';
import type { Requester } from '#lib/core/requester.ts';
import { isUnproven, passkeyOf, type TypedProof } from '#lib/core/second-factors/codes.ts';
import type { StepUpRequest } from '#lib/core/step-up/contract.ts';
import { newSecurityEvent, recordSecurityEvent } from '#lib/server/activity/record.ts';
import { limitTries } from '#lib/server/limits/tries.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import {
  amrOfPasskey,
  amrWithPassword,
  checkProof,
  missingProof,
  withEvent,
  wrongProof,
} from '#lib/server/second-factors/proof.ts';
import { type Issued, issueFirst } from '#lib/server/sessions/issue.ts';
import { ownSessionIds } from '#lib/server/sessions/own.ts';
import { succeedSession } from '#lib/server/sessions/succeed.ts';

/**
 * Takes a passkey of a signed-in person, or their password once more, and a code where two-step sign-in is on, and issues the tokens
 * of a successor, whose `auth_time` is now. A code is looked at only after the right password, so that a wrong one tells nothing
 * about it. Throws `invalid_request` with field `password`, `code` or `credential`, `invalid_token` when the session has ended or its credentials
 * changed meanwhile, `slow_down` or `temporarily_unavailable`.
 */
export async function stepUp(
  deps: Container,
  { user, session }: AccessRow,
  { body: { password, ...typed }, requester }: { body: StepUpRequest; requester: Requester },
): Promise<Issued> {
  const { store, hasher } = deps;
  const about = { userId: user.id, sessionId: session.id, requester };
  await limitTries(deps, 'step-up-user', user.id, 'LIMIT_STEP_UP_PER_USER');
  const row = await store.findUser(user.id);
  if (!row) throw bearerError('ended');
  const isPasskey = passkeyOf(typed) !== null;
  if (!isPasskey) {
    if (deps.env.PASSWORD_SIGN_IN === 'off') throw passwordsOff();
    const given = password ?? '';
    const isMatch = await hasher.compare(given, isPasswordTooLong(given) ? null : row.passwordHash);
    if (!isMatch) throw await failed(deps, about, { password: ['This is not your password.'] });
  }
  const proof = isPasskey || row.twoStep ? await proofOf(deps, about, typed) : null;
  // Takes the epoch that the access check read: if it was raised since, other sessions were ended, perhaps this one too.
  const shown = { credentialVersion: row.credentialVersion, epoch: user.epoch };
  const amr = isPasskey ? amrOfPasskey : proof === null ? 'pwd' : amrWithPassword(proof.proof);
  const by = { method: isPasskey ? 'passkey' : 'password' };
  const successor = await succeedSession(deps, session.id, { shown, amr, by, proof, requester });
  if (successor === 'wrong_proof') throw await failed(deps, about, wrongProof(typed));
  if (successor === 'refused') throw bearerError('ended');
  return issueFirst(deps, successor, user);
}

interface About {
  userId: string;
  sessionId: string;
  requester: Requester;
}

/** Checks the proof that was typed. Throws `invalid_request` for a wrong one or none, and `slow_down`. */
async function proofOf(deps: Container, about: About, typed: TypedProof): Promise<ShownProof> {
  if (isUnproven(typed)) throw invalid(missingProof);
  const { userId, sessionId, requester } = about;
  const proof = await checkProof(deps, userId, typed, {
    ...{ lane: `session:${sessionId}`, purpose: 'step_up', requester },
    sessionIds: await ownSessionIds(deps, sessionId),
  });
  if (proof === null) throw await failed(deps, about, wrongProof(typed));
  return withEvent(deps, proof, { ...about, now: deps.clock() });
}

/** Records a step-up that failed, and makes the answer to it. */
async function failed(deps: Container, about: About, fields: FieldErrors) {
  const event = newSecurityEvent(deps, 'step_up_failed', { ...about, now: deps.clock() });
  await recordSecurityEvent(deps, event, about.userId);
  return invalid(fields);
}
