import 'server-only';
import type { UserRow } from '#db/store/accounts.ts';
import type { Proof } from '#db/store/second-factors.ts';
import type { SecondStepRow } from '#db/store/second-steps.ts';
import { truncatedAddress } from '#lib/core/limits/address.ts';
import { knownNetworkSeconds, secondStepTries } from '#lib/core/policy.ts';
import type { Requester } from '#lib/core/requester.ts';
import { levelOf } from '#lib/core/sessions/authentication.ts';
import type { SecondStepRequest } from '#lib/core/sign-in/contract.ts';
import { newSecurityEvent, recordSecurityEvent } from '#lib/server/activity/record.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { amrOf, amrWithPassword, checkProof, type Lane, withEvent } from '#lib/server/second-factors/proof.ts';
import { proofsOf } from '#lib/server/second-factors/proofs.ts';
import {
  type AskedSecondStep,
  addWaiting,
  secondStepKey,
  stepIsOver,
  stepRefused,
  wrongStep,
} from '#lib/server/second-factors/waiting.ts';
import { beginSession } from '#lib/server/sessions/begin.ts';
import { type Issued, issueFirst } from '#lib/server/sessions/issue.ts';
import { sessionOfRefreshToken } from '#lib/server/sessions/of-cookies.ts';
import { readableEmail } from '#lib/server/sessions/user.ts';
import { type DeviceCookie, hasTrustedDevice, newDevice } from './trusted-devices.ts';

/** Describes the browser that signs in, with its cookies. */
interface SigningBrowser {
  requester: Requester;
  refreshToken: string | null;
  device: string | null;
  secondStep: string | null;
}

/** An identity at a provider that was shown in place of the password, and the transaction in which it was. */
export interface ShownIdentity {
  identityId: string;
  /** Id of the provider in the settings, of which several may have one issuer. */
  provider: string;
  providerSid: string | null;
  next: string;
  stateHash: string;
}

const byPassword = { identityId: null, provider: null, providerSid: null, next: null, stateHash: null };

/**
 * Asks for the second step of a user who has shown the password, or an identity at a provider. Returns null if the credentials have
 * changed since, or the provider's transaction is gone.
 */
export async function askSecondStep(
  deps: Container,
  user: UserRow,
  { persistent, ...browser }: Pick<SigningBrowser, 'requester' | 'refreshToken'> & { persistent: boolean },
  shown: ShownIdentity | null = null,
): Promise<AskedSecondStep | null> {
  const { id: userId, credentialVersion, epoch } = user;
  const isStrange = await isStranger(deps, user, browser);
  const { stateHash, ...identity } = shown ?? byPassword;
  const waiting = { userId, credentialVersion, epoch, persistent, isStrange, ...identity, askingSessionId: null };
  return addWaiting(deps, waiting, { requester: browser.requester, stateHash });
}

/**
 * Completes a sign-in with a code or a passkey, and begins its session. Each is counted before it is compared. The sign-in, the proof
 * and the session are one transaction, so that neither makes a second session. Throws `invalid_grant` with field `code` or `credential` (wrong) or
 * `second_step` (over, by this code too, or not of this browser), `slow_down` or `temporarily_unavailable`.
 */
export async function completeSecondStep(
  deps: Container,
  request: SecondStepRequest,
  browser: SigningBrowser,
): Promise<{ issued: Issued; device: DeviceCookie | null }> {
  const { store, clock, metrics } = deps;
  const key = secondStepKey(request.second_step_id, browser.secondStep);
  const step = key && (await store.countSecondStepTry(key, clock()));
  const user = step && (await store.findUser(step.userId));
  if (!key || !step || !user || step.askingSessionId !== null) throw stepRefused(stepIsOver);
  const lane = await laneOf(deps, user, browser);
  const { requester } = browser;
  const proof = await checkProof(deps, user.id, request, { lane, purpose: 'second_step', requester });
  if (!proof) {
    metrics.signIn('refused');
    const about = { userId: user.id, sessionId: null, requester, now: clock() };
    await recordSecurityEvent(deps, newSecurityEvent(deps, 'second_step_failed', about), user.id);
    throw stepRefused({ ...wrongStep(request), ...(step.tries >= secondStepTries && stepIsOver) });
  }
  const done = await begin(deps, { step, user, proof, remember: request.remember_device ?? false }, browser);
  // Something was quicker: the same code elsewhere, or what ended this sign-in.
  if (!done) throw stepRefused((await store.findSecondStep(key, clock())) ? wrongStep(request) : stepIsOver);
  metrics.signIn('signed_in');
  return done;
}

interface Completed {
  step: SecondStepRow;
  user: UserRow;
  proof: Proof;
  remember: boolean;
}

async function begin(
  deps: Container,
  { step, user, proof, remember }: Completed,
  { requester, refreshToken }: SigningBrowser,
) {
  const device = remember ? newDevice(deps, { id: step.userId, epoch: step.epoch }, requester) : null;
  const shown = withEvent(deps, proof, { userId: user.id, sessionId: null, requester, now: deps.clock() });
  const session = await beginSession(deps, {
    userId: user.id,
    basis: { kind: 'second_step', step, proof: shown, ...(device && { device: device.row }) },
    event: 'signed_in',
    provider: step.provider,
    alsoEvents: device ? ['device_trusted'] : [],
    amr: step.identityId === null ? amrWithPassword(proof) : amrOf(proof),
    persistent: step.persistent,
    requester,
    refreshToken,
    isLeaving: user.deletesAt !== null,
  });
  return session && { issued: issueFirst(deps, session, user), device: device?.cookie ?? null };
}

/** A sign-in that waits, as the browser that has shown the password may see it. */
export interface WaitingSecondStep {
  id: string;
  email: string;
  /** Page to go to, for one that came back from a provider. */
  next: string | null;
  factors: readonly Proof['kind'][];
}

/** Returns the sign-in that waits for its second step in a browser, by its cookie, or null. */
export async function findSecondStep(deps: Container, cookie: string | null): Promise<WaitingSecondStep | null> {
  const key = secondStepKey((cookie ?? '').split('.', 1)[0] ?? '', cookie);
  const step = key && (await deps.store.findSecondStep(key, deps.clock()));
  // One of a step-up is asked for by the page that holds its session.
  const user = step?.askingSessionId === null ? await deps.store.findUser(step.userId) : null;
  if (!step || !user) return null;
  const factors = await proofsOf(deps, user.id);
  return { id: step.id, email: readableEmail(user.email), next: step.next, factors };
}

/** Picks the lane in which a code counts: one that strangers cannot crowd, where the browser or its network is known. */
async function laneOf(deps: Container, user: UserRow, browser: SigningBrowser): Promise<Lane> {
  const found = await sessionOfRefreshToken(deps, browser.refreshToken);
  // A session of the password alone opens no lane: whoever has it could have gathered many before two-step sign-in was on.
  const isStrong = found?.session.endedAt === null && levelOf(found.session.amr) === 'aal2';
  if (isStrong && found.user.id === user.id) return `browser:${found.session.id}`;
  if (await hasTrustedDevice(deps, user.id, browser.device)) return 'browser:trusted';
  const network = truncatedAddress(browser.requester.ip);
  return (await isKnownNetwork(deps, user, network)) ? `network:${network}` : 'strangers';
}

/** Tells whether neither browser nor network is known to a user. A trusted device is never asked for the second step. */
async function isStranger(
  deps: Container,
  user: UserRow,
  { requester, refreshToken }: Pick<SigningBrowser, 'requester' | 'refreshToken'>,
): Promise<boolean> {
  const found = await sessionOfRefreshToken(deps, refreshToken);
  if (found?.user.id === user.id && found.session.endedAt === null) return false;
  return !(await isKnownNetwork(deps, user, truncatedAddress(requester.ip)));
}

async function isKnownNetwork({ store, clock }: Container, { email }: UserRow, network: string | null) {
  const since = new Date(clock().getTime() - knownNetworkSeconds * 1000);
  return network !== null && (await store.hasSignedInFrom(email, network, since));
}
