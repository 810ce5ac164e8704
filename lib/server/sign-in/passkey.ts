import 'server-only';
import { AppError } from '#lib/core/errors.ts';
import { limitBucket } from '#lib/core/limits/address.ts';
import type { Requester } from '#lib/core/requester.ts';
import type { PasskeyRequest } from '#lib/core/sign-in/contract.ts';
import { limitTries } from '#lib/server/limits/tries.ts';
import { checkAssertion } from '#lib/server/passkeys/assertion.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { amrOfPasskey } from '#lib/server/second-factors/proof.ts';
import { beginSession } from '#lib/server/sessions/begin.ts';
import { type Issued, issueFirst } from '#lib/server/sessions/issue.ts';
import { hasTrustedDevice } from './trusted-devices.ts';

/**
 * Signs in with a passkey alone, which is two factors in one, and ends the session that the browser came with. Costs no hash. Throws
 * `invalid_grant`, with field `credential` only for a passkey that is not known here, so that the browser can be told, `slow_down`
 * or `temporarily_unavailable`.
 */
export async function signInWithPasskey(
  deps: Container,
  { remember, ...shown }: PasskeyRequest,
  { requester, refreshToken, device }: { requester: Requester; refreshToken: string | null; device: string | null },
): Promise<Issued> {
  const { store, metrics } = deps;
  await limitTries(deps, 'login-address', limitBucket(requester.ip), 'LIMIT_LOGIN_PER_ADDRESS');
  const checked = await checkAssertion(deps, shown, { purpose: 'sign_in', userId: null, requester });
  if (checked.kind !== 'shown') {
    metrics.signIn('refused');
    throw refused(checked.kind === 'unknown');
  }
  const user = await store.findUser(checked.passkey.userId);
  const session =
    user &&
    (await beginSession(deps, {
      userId: user.id,
      basis: { kind: 'passkey', shown: user, proof: { proof: checked.proof, event: null } },
      event: 'signed_in',
      amr: amrOfPasskey,
      persistent: remember ?? false,
      requester,
      refreshToken,
      isLeaving: user.deletesAt !== null,
      isTrusted: await hasTrustedDevice(deps, user.id, device),
    }));
  // Something was quicker: the same ceremony elsewhere, or a change of the account.
  if (!session) {
    metrics.signIn('refused');
    throw refused(false);
  }
  metrics.signIn('signed_in');
  return issueFirst(deps, session, user);
}

function refused(isUnknown: boolean): AppError {
  const description = 'This passkey was not taken. Try again, or sign in another way.';
  const fields = { credential: ['This passkey is not known here any more.'] };
  return new AppError('invalid_grant', { description, ...(isUnknown && { fields }) });
}
