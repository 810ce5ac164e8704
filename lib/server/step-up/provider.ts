import 'server-only';
import type { AccessRow } from '#db/store/sessions.ts';
import { bearerError } from '#lib/core/errors.ts';
import type { Requester } from '#lib/core/requester.ts';
import { newSecurityEvent, recordSecurityEvent } from '#lib/server/activity/record.ts';
import { type Returned, requireOwn } from '#lib/server/providers/returned.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { type AskedSecondStep, addWaiting } from '#lib/server/second-factors/waiting.ts';
import { insufficient } from '#lib/server/sessions/fresh.ts';
import { type Issued, issueFirst } from '#lib/server/sessions/issue.ts';
import { ownSessionIds } from '#lib/server/sessions/own.ts';
import { succeedSession } from '#lib/server/sessions/succeed.ts';

/** Seconds by which a provider's clock may lie behind. */
const leewaySeconds = 5;

/**
 * Issues the tokens of a successor to somebody who has just shown a provider who they are, with an identity of the account. Counts
 * only if the provider says that it was since the transaction began. Asks for the second step where two-step sign-in is on, on a
 * trusted device too. Throws `insufficient_user_authentication`, `transaction_over`, or `invalid_token`.
 */
export async function confirmReturned(
  deps: Container,
  { user, session }: AccessRow,
  { returned: { transaction, identity }, requester }: { returned: Returned; requester: Requester },
): Promise<{ issued: Issued; next: string } | AskedSecondStep> {
  const { store } = deps;
  const { stateHash, persistent, next } = transaction;
  requireOwn(transaction, await ownSessionIds(deps, session.id));
  const [row, known] = [await store.findUser(user.id), await store.findIdentity(identity.issuer, identity.subject)];
  const startedAt = transaction.startedAt.getTime() / 1000;
  const isNow = identity.authTime !== null && identity.authTime >= Math.floor(startedAt) - leewaySeconds;
  const isShown = known?.user.id === user.id && isNow;
  // Takes the epoch that the access check read: if it was raised since, other sessions were ended, perhaps this one too.
  const shown = row && { credentialVersion: row.credentialVersion, epoch: user.epoch };
  if (shown && isShown && row.twoStep) {
    const { provider } = transaction;
    const waiting = {
      ...{ userId: user.id, ...shown, persistent, isStrange: false, next, askingSessionId: session.id },
      ...{ identityId: known.identity.id, provider, providerSid: identity.sid },
    };
    const asked = await addWaiting(deps, waiting, { requester, stateHash });
    if (asked) {
      deps.metrics.provider(provider, 'confirmed');
      return { ...asked, secondStep: { ...asked.secondStep, intent: 'confirm' } };
    }
  }
  // One code, one use: gone before anything comes of it.
  await store.dropTransactions([stateHash]);
  if (!shown || (isShown && row.twoStep)) throw bearerError('ended');
  if (!isShown) {
    const about = { userId: user.id, sessionId: session.id, requester, now: deps.clock() };
    await recordSecurityEvent(deps, newSecurityEvent(deps, 'step_up_failed', about), user.id);
    deps.metrics.provider(transaction.provider, 'refused');
    throw await insufficient(deps, await store.findSession(session.id));
  }
  const by = { method: `provider:${transaction.provider}` };
  const successor = await succeedSession(deps, session.id, { shown, amr: '', by, requester });
  if (typeof successor === 'string') throw bearerError('ended');
  deps.metrics.provider(transaction.provider, 'confirmed');
  return { issued: issueFirst(deps, successor, user), next };
}
