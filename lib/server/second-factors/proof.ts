import 'server-only';
import { createHash } from 'node:crypto';
import type { Proof, ShownProof, TotpRow } from '#db/store/second-factors.ts';
import type { FieldErrors } from '#lib/core/errors.ts';
import { totpFailuresInRow } from '#lib/core/policy.ts';
import type { Requester } from '#lib/core/requester.ts';
import { passkeyOf, type TypedProof } from '#lib/core/second-factors/codes.ts';
import { newSecurityEvent } from '#lib/server/activity/record.ts';
import { limitTries, slowDown } from '#lib/server/limits/tries.ts';
import { checkAssertion, type Showing } from '#lib/server/passkeys/assertion.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { stepOfCode } from './totp.ts';

/**
 * Names the lane in which a try counts: `strangers`, or another that strangers cannot crowd (a known network, a browser or a
 * session of the account, a mailed link).
 */
export type Lane = 'strangers' | `${'network' | 'browser' | 'session' | 'link'}:${string}`;

const afterManyFailuresSeconds = 60 * 60;

/** Says for what a proof is shown, and by whom. */
export interface ProofTry extends Pick<Showing, 'purpose' | 'sessionIds' | 'requester'> {
  lane: Lane;
}

/**
 * Checks a code that somebody typed for this user, or the passkey that they show. Counts a code first, in its lane. Returns the
 * proof, which is to be used up in the transaction of what it allows, or null for a wrong one. Throws `slow_down`.
 */
export async function checkProof(
  deps: Container,
  userId: string,
  typed: TypedProof,
  tried: ProofTry,
): Promise<Proof | null> {
  await countInLane(deps, userId, typed, tried.lane);
  return compareProof(deps, userId, typed, tried);
}

/** Counts a code in its lane: those of apps and recovery codes apart. Passkeys are not counted. Throws `slow_down`. */
export async function countInLane(deps: Container, userId: string, typed: TypedProof, lane: Lane): Promise<void> {
  if (passkeyOf(typed)) return;
  const name = typed.code === undefined ? 'factor-recovery' : 'factor-totp';
  await limitTries(deps, name, `${userId}|${lane}`, 'LIMIT_FACTOR_PER_ACCOUNT');
}

/** Compares a proof that was counted. Returns it, or null for a wrong one. Throws `slow_down`. */
export async function compareProof(
  deps: Container,
  userId: string,
  typed: TypedProof,
  { lane, ...showing }: ProofTry,
): Promise<Proof | null> {
  const passkey = passkeyOf(typed);
  // First: with a passkey no password is asked for, so that a code beside it must not pass in its place.
  if (passkey) {
    const checked = await checkAssertion(deps, passkey, { ...showing, userId });
    return checked.kind === 'shown' ? checked.proof : null;
  }
  const { code, recovery_code } = typed;
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
export function wrongProof(typed: TypedProof): FieldErrors {
  return passkeyOf(typed)
    ? { credential: ['This passkey was not taken. Try again, or use another way.'] }
    : { code: ['This code is wrong, or it was used before.'] };
}

/** Says that a proof is asked for. */
export const missingProof = { code: ['Enter the code in your app, or a recovery code.'] };

/** Lists the methods of a sign-in (RFC 8176) by a passkey alone. */
export const amrOfPasskey = 'pop user mfa';

/** Lists the methods of a sign-in (RFC 8176) by this proof, beside what is no method of its own. */
export function amrOf({ kind }: Proof): string {
  return kind === 'passkey' ? amrOfPasskey : 'otp mfa';
}

/** Lists the methods of a sign-in by a password and this proof. */
export function amrWithPassword(proof: Proof): string {
  return `pwd ${amrOf(proof)}`;
}

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
    return { kind: 'totp', step, createdAt: totp.createdAt };
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
