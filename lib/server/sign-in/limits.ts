import 'server-only';
import { limitBucket, truncatedAddress } from '#lib/core/limits/address.ts';
import { accountPaceSeconds, knownNetworkSeconds, longestWaitSeconds, waitMemorySeconds } from '#lib/core/policy.ts';
import type { Requester } from '#lib/core/requester.ts';
import type { TokenRequest } from '#lib/core/sign-in/contract.ts';
import { newSecurityEvent, recordSecurityEvent } from '#lib/server/activity/record.ts';
import { countTry, limitTries, slowDown } from '#lib/server/limits/tries.ts';
import { logFault } from '#lib/server/observability/log.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { sessionOfRefreshToken } from '#lib/server/sessions/of-cookies.ts';

/** One try to sign in with a password. */
export interface Attempt {
  request: TokenRequest;
  requester: Requester;
  /** The refresh token that the browser sent, of whatever session and age. */
  refreshToken: string | null;
  /** The cookie of a trusted device that it sent. */
  device: string | null;
}

/**
 * Counts a try to sign in, before any password is hashed: per address, per account and address, and per account from
 * anywhere. Email addresses without an account are counted alike. Throws `slow_down`. docs/decisions/008-limits.md says
 * why, and what a lane is.
 */
export async function limitSignIn(deps: Container, attempt: Attempt): Promise<void> {
  if (deps.env.RATE_LIMITS === 'off') return;
  const { email } = attempt.request;
  const bucket = limitBucket(attempt.requester.ip);
  const onReached = () => recordLimit(deps, attempt);
  await limitTries(deps, 'login-address', bucket, 'LIMIT_LOGIN_PER_ADDRESS');
  await limitTries(deps, 'login-account', `${email}|${bucket}`, 'LIMIT_LOGIN_PER_ACCOUNT', onReached);
  const waitSeconds = await enterLane(deps, email, onReached);
  if (waitSeconds === 0) return;
  for (const lane of await ownLanes(deps, attempt)) if ((await enterLane(deps, `${email}|${lane}`)) === 0) return;
  if (!(await isOwnTurn(deps, attempt))) throw slowDown(waitSeconds);
}

/**
 * Counts a try in a lane. Tries up to the limit pass, then one in each `accountPaceSeconds`. Returns the seconds to
 * wait; 0 for a try that passes.
 */
async function enterLane(deps: Container, lane: string, onReached?: () => void): Promise<number> {
  const limit = deps.env.LIMIT_LOGIN_PER_ACCOUNT_ANYWHERE;
  const { count } = await countTry(deps, 'login-lane', lane, limit);
  if (count < limit.count) return 0;
  if (count === limit.count + 1) onReached?.();
  const pace = await countTry(deps, 'login-pace', lane, { seconds: accountPaceSeconds });
  return pace.count === 1 ? 0 : pace.waitSeconds;
}

/** Lists lanes that strangers cannot crowd: of a network known to the account, and of the browser's own session. */
async function ownLanes(deps: Container, { request: { email }, requester, refreshToken }: Attempt): Promise<string[]> {
  const lanes: string[] = [];
  const network = truncatedAddress(requester.ip);
  const since = new Date(deps.clock().getTime() - knownNetworkSeconds * 1000);
  if (network !== null && (await deps.store.hasSignedInFrom(email, network, since))) lanes.push(network);
  const found = await sessionOfRefreshToken(deps, refreshToken);
  if (found?.user.email === email) lanes.push(found.session.id);
  return lanes;
}

/** Decides whether a network has waited long enough for a try that no other can take, however many others try. */
async function isOwnTurn(deps: Container, { request: { email }, requester }: Attempt): Promise<boolean> {
  const who = `${email}|${truncatedAddress(requester.ip)}`;
  const wait = await countTry(deps, 'login-asking', who, { seconds: waitMemorySeconds });
  const waitedSeconds = waitMemorySeconds - wait.waitSeconds;
  if (waitedSeconds < longestWaitSeconds) return false;
  return (await countTry(deps, 'login-turn', who, { seconds: longestWaitSeconds })).count === 1;
}

/** Records a reached limit, without delaying the answer: it must take as long as for an email without an account. */
function recordLimit(deps: Container, { request: { email }, requester }: Attempt): void {
  setImmediate(async () => {
    try {
      const user = await deps.store.findUserByEmail(email);
      const about = { userId: user?.id ?? null, sessionId: null, requester, now: deps.clock() };
      const most = { count: 1, seconds: deps.env.LIMIT_LOGIN_PER_ACCOUNT.seconds };
      await recordSecurityEvent(deps, newSecurityEvent(deps, 'limit_reached', about), email, most);
    } catch (error) {
      logFault(deps.log, error);
    }
  });
}
