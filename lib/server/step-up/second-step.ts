import 'server-only';
import type { AccessRow } from '#db/store/sessions.ts';
import { bearerError, type FieldErrors } from '#lib/core/errors.ts';
import { secondStepTries } from '#lib/core/policy.ts';
import type { Requester } from '#lib/core/requester.ts';
import type { SecondStepRequest } from '#lib/core/sign-in/contract.ts';
import { newSecurityEvent, recordSecurityEvent } from '#lib/server/activity/record.ts';
import { limitTries } from '#lib/server/limits/tries.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { amrOf, checkProof, withEvent } from '#lib/server/second-factors/proof.ts';
import { secondStepKey, stepIsOver, stepRefused, wrongStep } from '#lib/server/second-factors/waiting.ts';
import { type Issued, issueFirst } from '#lib/server/sessions/issue.ts';
import { ownSessionIds } from '#lib/server/sessions/own.ts';
import { succeedSession } from '#lib/server/sessions/succeed.ts';

/**
 * Completes a step-up at a provider with a code or a passkey, and issues the tokens of a successor. Only the session that has begun
 * it, or the one that took its place, can, in the browser that was asked. Each code is counted before it is compared. Returns `next`
 * too. Throws `invalid_grant` with field `code` or `credential` (wrong) or `second_step` (over, or not this session's),
 * `invalid_token`, or `slow_down`.
 */
export async function completeStepUp(
  deps: Container,
  { user, session }: AccessRow,
  { body, cookie, requester }: { body: SecondStepRequest; cookie: string | null; requester: Requester },
): Promise<{ issued: Issued; next: string | null }> {
  const { store, clock } = deps;
  const key = secondStepKey(body.second_step_id, cookie);
  const sessionIds = await ownSessionIds(deps, session.id);
  const found = key && (await store.findSecondStep(key, clock()));
  const isOwn = found?.userId === user.id && sessionIds.some((id) => id === found.askingSessionId);
  if (isOwn) await limitTries(deps, 'step-up-user', user.id, 'LIMIT_STEP_UP_PER_USER');
  const step = key && isOwn ? await store.countSecondStepTry(key, clock()) : null;
  if (!key || !step) throw stepRefused(stepIsOver);
  const about = { userId: user.id, sessionId: session.id, requester };
  const tried = { lane: `session:${session.id}`, purpose: 'second_step', requester } as const;
  const proof = await checkProof(deps, user.id, body, tried);
  const failed = async (fields: FieldErrors) => {
    const event = newSecurityEvent(deps, 'step_up_failed', { ...about, now: clock() });
    await recordSecurityEvent(deps, event, user.id);
    return stepRefused(fields);
  };
  if (!proof) throw await failed({ ...wrongStep(body), ...(step.tries >= secondStepTries && stepIsOver) });
  const shown = withEvent(deps, proof, { ...about, now: clock() });
  // Only a step-up at a provider waits for a second step.
  const by = { method: `provider:${step.provider}` };
  const succession = { shown: step, amr: amrOf(proof), by, proof: shown, step: key, requester };
  const successor = await succeedSession(deps, session.id, succession);
  if (successor === 'refused') throw bearerError('ended');
  // Something was quicker: the same code elsewhere, or the same step-up.
  if (successor === 'wrong_proof')
    throw await failed((await store.findSecondStep(key, clock())) ? wrongStep(body) : stepIsOver);
  return { issued: issueFirst(deps, successor, user), next: step.next };
}
