import 'server-only';
import { randomUUID } from 'node:crypto';
import type { CredentialState } from '#db/store/accounts.ts';
import type { ShownProof } from '#db/store/second-factors.ts';
import type { SecondStepKey } from '#db/store/second-steps.ts';
import type { NewSession } from '#db/store/sessions.ts';
import type { Requester } from '#lib/core/requester.ts';
import { isNewDevice } from '#lib/server/activity/devices.ts';
import { logSecurityEvent, newSecurityEvent } from '#lib/server/activity/record.ts';
import { newSeed } from '#lib/server/crypto/refresh-token.ts';
import type { Container } from '#lib/server/runtime/container.ts';

interface Succession {
  shown: CredentialState;
  amr: string;
  /** Method by which they have just shown who they are, as in `SecurityEvent`, or the time at which they did so before. */
  by: { method: string } | { authTime: Date };
  proof?: ShownProof | null;
  /** The step-up that waited for `proof`, to be used up with it. */
  step?: SecondStepKey;
  requester: Requester;
}

/**
 * Writes the successor of a session whose person has just shown who they are: a session with tokens of its own, so that no
 * copy of an older token becomes fresh, with the old one's beginning and absolute end. Its first use ends the old one; until
 * then both work, so that a lost answer signs nobody out. Uses up `proof`. Writes nothing, and returns `refused` if the old one
 * is over or the shown credentials have changed since, and `wrong_proof` if the proof or the step was used before.
 *
 * On a device that is new to the account it is a sign-in there, and its owner is told of it as of any other: the session may be a copy.
 */
export async function succeedSession(
  deps: Container,
  sessionId: string,
  { shown, amr, by, proof = null, step, requester }: Succession,
): Promise<NewSession | 'refused' | 'wrong_proof'> {
  const { store, env, clock, refreshTokens } = deps;
  const found = await store.findSession(sessionId);
  if (!found) return 'refused';
  const { userId, persistent, appEpoch, createdAt, expiresAt } = found.session;
  const now = clock();
  const successor = {
    ...{ id: randomUUID(), userId, seed: newSeed(), headKid: refreshTokens.newestKid },
    ...{ persistent, appEpoch, createdAt, expiresAt, replaces: sessionId },
    ...{ lastUsedAt: now, authTime: 'authTime' in by ? by.authTime : now, amr },
    idleExpiresAt: now.getTime() + env.SESSION_IDLE_SECONDS * 1000,
    ...requester,
  };
  const about = { userId, sessionId: successor.id, requester, now };
  const isSignIn = 'method' in by && (await isNewDevice(deps, about, now));
  const event = isSignIn ? newSecurityEvent(deps, 'signed_in', { ...about, method: by.method }) : null;
  const outcome = await store.addSuccessor(successor, shown, proof, { step, event });
  if (outcome !== 'added') return outcome;
  const written = [event, proof?.event ?? null].filter((one) => one !== null);
  for (const one of written) logSecurityEvent(deps.log, one);
  if (written.length > 0) deps.outbox.wake();
  return successor;
}
