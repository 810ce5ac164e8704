import 'server-only';
import { randomUUID } from 'node:crypto';
import type { CredentialState } from '#db/store/accounts.ts';
import type { ShownProof } from '#db/store/second-factors.ts';
import type { SecondStepKey } from '#db/store/second-steps.ts';
import type { NewSession } from '#db/store/sessions.ts';
import type { Requester } from '#lib/core/requester.ts';
import { newSeed } from '#lib/server/crypto/refresh-token.ts';
import type { Container } from '#lib/server/runtime/container.ts';

interface Succession {
  shown: CredentialState;
  amr: string;
  /** Time at which they showed who they are, if that is not now. */
  authTime?: Date;
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
 */
export async function succeedSession(
  { store, env, clock, refreshTokens }: Container,
  sessionId: string,
  { shown, amr, authTime, proof = null, step, requester }: Succession,
): Promise<NewSession | 'refused' | 'wrong_proof'> {
  const found = await store.findSession(sessionId);
  if (!found) return 'refused';
  const { userId, persistent, appEpoch, createdAt, expiresAt } = found.session;
  const now = clock();
  const successor = {
    ...{ id: randomUUID(), userId, seed: newSeed(), headKid: refreshTokens.newestKid },
    ...{ persistent, appEpoch, createdAt, expiresAt, replaces: sessionId },
    ...{ lastUsedAt: now, authTime: authTime ?? now, amr },
    idleExpiresAt: now.getTime() + env.SESSION_IDLE_SECONDS * 1000,
    ...requester,
  };
  const outcome = await store.addSuccessor(successor, shown, proof, step);
  return outcome === 'added' ? successor : outcome;
}
