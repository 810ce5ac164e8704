import 'server-only';
import { createHash } from 'node:crypto';
import type { Proof, ShownProof, TotpRow } from '#db/store/second-factors.ts';
import { totpFailuresInRow } from '#lib/core/policy.ts';
import type { Requester } from '#lib/core/requester.ts';
import type { TypedProof } from '#lib/core/second-factors/codes.ts';
import { newSecurityEvent } from '#lib/server/activity/record.ts';
import { limitTries, slowDown } from '#lib/server/limits/tries.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { stepOfCode } from './totp.ts';

/**
 * Names the lane in which a try counts: `strangers`, or another that strangers cannot crowd (a known network, a browser or a
 * session of the account, a mailed link).
 */
export type Lane = 'strangers' | `${'network' | 'browser' | 'session' | 'link'}:${string}`;

const afterManyFailuresSeconds = 60 * 60;

/**
 * Checks a code that somebody typed for this user. Counts it first, in its lane. Returns the proof, which is to be used up in the
 * transaction of what it allows, or null for a wrong one. Throws `slow_down`.
 */
export async function checkProof(
  deps: Container,
  userId: string,
  typed: TypedProof,
  lane: Lane,
): Promise<Proof | null> {
  await countInLane(deps, userId, typed, lane);
  return compareProof(deps, userId, typed, lane);
}

/** Counts a code in its lane: those of apps and recovery codes apart. Throws `slow_down`. */
export async function countInLane(deps: Container, userId: string, { code }: TypedProof, lane: Lane): Promise<void> {
  const name = code === undefined ? 'factor-recovery' : 'factor-totp';
  await limitTries(deps, name, `${userId}|${lane}`, 'LIMIT_FACTOR_PER_ACCOUNT');
}

/** Compares a code that was counted. Returns the proof, or null for a wrong one. Throws `slow_down`. */
export async function compareProof(
  deps: Container,
  userId: string,
  { code, recovery_code }: TypedProof,
  lane: Lane,
): Promise<Proof | null> {
  if (code !== undefined) return checkAppCode(deps, userId, code, lane);
  if (recovery_code === undefined) return null;
  const hash = recoveryHash(recovery_code);
  return (await deps.store.hasRecoveryCode(userId, hash)) ? { kind: 'recovery_code', hash } : null;
}

/** Adds the event that is written with a proof: that of a recovery code, which its owner is told of. */
export function withEvent(
  deps: Container,
  proof: Proof,
  about: { userId: string; sessionId: string | null; requester: Requester; now: Date },
): ShownProof {
  const event = proof.kind === 'recovery_code' ? newSecurityEvent(deps, 'recovery_code_used', about) : null;
  return { proof, event };
}

/** Says what is wrong with a proof that was not taken. */
export const wrongProof = { code: ['This code is wrong, or it was used before.'] };
/** Says that a proof is asked for. */
export const missingProof = { code: ['Enter the code in your app, or a recovery code.'] };

/** Hashes a recovery code for storage. It has 120 bits, so that nobody finds it by trying. */
export function recoveryHash(code: string): string {
  return createHash('sha256').update(`latchkey recovery code|${code}`).digest('base64url');
}

async function checkAppCode(deps: Container, userId: string, code: string, lane: Lane): Promise<Proof | null> {
  const { store, clock } = deps;
  const totp = await store.findTotp(userId);
  if (!totp) return null;
  if (lane === 'strangers' && totp.failures >= totpFailuresInRow) throw slowDown(afterManyFailuresSeconds);
  const secret = openTotp(deps, totp);
  const step = secret && stepOfCode(secret, code, clock(), totp.lastStep);
  if (step !== null && secret) {
    await sealAnew(deps, totp, secret);
    return { kind: 'totp', step };
  }
  await store.countTotpFailure(userId);
  return null;
}

/** Seals the secret of an app anew where its key is not the newest any more: the old one may then go. */
async function sealAnew({ store, sealedSecrets }: Container, totp: TotpRow, secret: Uint8Array): Promise<void> {
  if (totp.kid === sealedSecrets.newestKid) return;
  await store.resealTotp(totp.userId, totp, sealedSecrets.seal(totp.userId, secret));
}

/** Opens the secret of an app. Returns null if its key is not listed any more. */
export function openTotp({ sealedSecrets }: Pick<Container, 'sealedSecrets'>, totp: TotpRow): Uint8Array | null {
  return sealedSecrets.open(totp.userId, totp);
}
