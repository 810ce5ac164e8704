import 'server-only';
import { AppError } from '#lib/core/errors.ts';
import { authTimeOf, levelOf } from '#lib/core/sessions/authentication.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/**
 * Lets on only a session whose person has signed in or stepped up within the last `FRESH_SECONDS`, and with two factors where
 * two-step sign-in is on: both by the rows, no token says so. Throws `insufficient_user_authentication` (RFC 9470).
 */
export async function requireFresh({ store, env, clock }: Container, sessionId: string): Promise<void> {
  const found = await store.findSession(sessionId);
  const needsTwo = found?.user.twoStep ?? false;
  if (found && (!needsTwo || levelOf(found.session.amr) === 'aal2')) {
    const ageSeconds = (clock().getTime() - authTimeOf(found.session).getTime()) / 1000;
    if (ageSeconds <= env.FRESH_SECONDS) return;
  }
  const proofs = found && needsTwo ? await store.listProofs(found.user.id) : [];
  throw new AppError('insufficient_user_authentication', {
    stepUp: {
      factors: ['password', ...proofs],
      maxAgeSeconds: env.FRESH_SECONDS,
      ...(needsTwo && { level: 'aal2' }),
    },
  });
}
