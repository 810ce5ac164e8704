import 'server-only';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { SecondStepKey, SecondStepRow } from '#db/store/second-steps.ts';
import { AppError, type FieldErrors, type SecondStep } from '#lib/core/errors.ts';
import { truncatedAddress } from '#lib/core/limits/address.ts';
import { secondStepSeconds } from '#lib/core/policy.ts';
import type { Requester } from '#lib/core/requester.ts';
import { passkeyOf, type TypedProof } from '#lib/core/second-factors/codes.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { wrongProof } from './proof.ts';
import { proofsOf } from './proofs.ts';

/** A sign-in or step-up that waits for its second step. `cookie` goes to the browser alone: without it no code is taken. */
export interface AskedSecondStep {
  secondStep: SecondStep;
  cookie: string;
}

type Written = Omit<SecondStepRow, 'id' | 'secretHash' | 'tries' | 'expiresAt' | 'userAgent' | 'ip'>;

/**
 * Writes a sign-in or step-up that waits, and uses up the provider's transaction `stateHash`, if it is given. Returns null if the
 * credentials have changed since, or that is gone.
 */
export async function addWaiting(
  deps: Container,
  waiting: Written,
  { requester, stateHash }: { requester: Requester; stateHash: string | null },
): Promise<AskedSecondStep | null> {
  const secret = randomBytes(32).toString('base64url');
  const at = deps.clock();
  const row = {
    ...waiting,
    id: randomUUID(),
    secretHash: hashOf(secret),
    tries: 0,
    expiresAt: new Date(at.getTime() + secondStepSeconds * 1000),
    userAgent: requester.userAgent,
    ip: truncatedAddress(requester.ip),
  };
  if (!(await deps.store.addSecondStep(row, stateHash === null ? undefined : { stateHash, at }))) return null;
  // None at all is possible, and lets nobody in.
  const factors = await proofsOf(deps, waiting.userId);
  return { secondStep: { id: row.id, factors, expires_in: secondStepSeconds }, cookie: `${row.id}.${secret}` };
}

/** Reads the cookie of a second step. Returns null unless it is of the one with this id. */
export function secondStepKey(id: string, cookie: string | null): SecondStepKey | null {
  const [named, secret, ...more] = (cookie ?? '').split('.');
  return named === id && secret && more.length === 0 ? { id, secretHash: hashOf(secret) } : null;
}

/** Tells whether a browser's second step is that of a step-up, which a session has begun. */
export async function isStepUp({ store, clock }: Container, id: string, cookie: string | null): Promise<boolean> {
  const key = secondStepKey(id, cookie);
  const step = key && (await store.findSecondStep(key, clock()));
  return step !== null && step.askingSessionId !== null;
}

/** Says that a second step is over. */
export const stepIsOver: FieldErrors = { second_step: ['This sign-in is over. Start again.'] };

/** Says what is wrong with the proof of a second step. */
export function wrongStep(typed: TypedProof): FieldErrors {
  if (passkeyOf(typed)) return wrongProof(typed);
  return {
    code: [
      typed.code === undefined ? 'This is not one of your recovery codes.' : 'This is not the code in your app now.',
    ],
  };
}

/** Makes the answer to a second step that was not taken. */
export function stepRefused(fields: FieldErrors): AppError {
  const description = 'second_step' in fields ? 'This sign-in is over. Start again.' : 'This is not right.';
  return new AppError('invalid_grant', { fields, description });
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
