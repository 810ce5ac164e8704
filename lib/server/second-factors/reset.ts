import 'server-only';
import type { Requester } from '#lib/core/requester.ts';
import { newSecurityEvent } from '#lib/server/activity/record.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/**
 * Takes away all that a person shows beside the password, for an operator whom they have shown otherwise who they are; passkeys
 * too, unless they are kept. Ends every session, signs nobody in and touches no password.
 */
export async function resetFactors(
  deps: Pick<Container, 'store' | 'env' | 'clock'>,
  userId: string,
  { requester, keepPasskeys }: { requester: Requester; keepPasskeys: boolean },
): Promise<void> {
  const about = { userId, sessionId: null, requester, now: deps.clock() };
  await deps.store.resetFactors(userId, newSecurityEvent(deps, 'factors_reset', about), { keepPasskeys });
}
