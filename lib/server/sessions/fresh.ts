import 'server-only';
import { AppError } from '#lib/core/errors.ts';
import { authTimeOf } from '#lib/core/sessions/authentication.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/**
 * Lets on only a session whose person has signed in or stepped up within the last `FRESH_SECONDS`, by its row: no token says
 * so. Throws `insufficient_user_authentication` (RFC 9470).
 */
export async function requireFresh({ store, env, clock }: Container, sessionId: string): Promise<void> {
  const found = await store.findSession(sessionId);
  const ageSeconds = found
    ? (clock().getTime() - authTimeOf(found.session).getTime()) / 1000
    : Number.POSITIVE_INFINITY;
  if (ageSeconds <= env.FRESH_SECONDS) return;
  throw new AppError('insufficient_user_authentication', {
    stepUp: { factors: ['password'], maxAgeSeconds: env.FRESH_SECONDS },
  });
}
