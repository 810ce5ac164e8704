import 'server-only';
import { randomUUID } from 'node:crypto';
import type { UserRow } from '#db/store/accounts.ts';
import type { IdentityRow, TransactionRow } from '#db/store/providers.ts';
import { AppError } from '#lib/core/errors.ts';
import { identitiesLimit, securityEventLimit } from '#lib/core/policy.ts';
import type { Provider } from '#lib/core/providers/settings.ts';
import type { Requester } from '#lib/core/requester.ts';
import { logSecurityEvent, newSecurityEvent } from '#lib/server/activity/record.ts';
import { countTry } from '#lib/server/limits/tries.ts';
import { linkRequired, newIdentity, type Returned } from '#lib/server/providers/returned.ts';
import { requireStanding } from '#lib/server/providers/sign-out.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import type { AskedSecondStep } from '#lib/server/second-factors/waiting.ts';
import { beginSession } from '#lib/server/sessions/begin.ts';
import { type Issued, issueFirst } from '#lib/server/sessions/issue.ts';
import { askSecondStep } from './second-step.ts';
import { type DeviceCookie, tradeDevice } from './trusted-devices.ts';

/** The browser that comes back from a provider, with its cookies. */
export interface ReturningBrowser {
  requester: Requester;
  refreshToken: string | null;
  device: string | null;
}

/** A sign-in with a provider that is done. */
export interface SignedInByProvider {
  issued: Issued;
  isNewAccount: boolean;
  next: string;
  device: DeviceCookie | null;
}

/** Limits the rounds of a sign-in. An account that is made in the same moment needs a new round. */
const maxRounds = 3;

/**
 * Signs in whom a provider names: with the account of that identity; with a new one, if the provider vouches for an address that
 * nobody has; never silently with an account that has the address, unless the operator trusts the provider. Throws
 * `email_taken`, `email_unverified`, `sign_up_closed`, `link_required`, or `transaction_over`.
 */
export async function signInReturned(
  deps: Container,
  provider: Provider,
  returned: Returned,
  browser: ReturningBrowser,
): Promise<SignedInByProvider | AskedSecondStep> {
  for (let round = 0; round < maxRounds; round++) {
    const outcome = await trySignIn(deps, provider, returned, browser);
    if (!outcome) continue;
    await requireStanding(deps, returned);
    return outcome;
  }
  throw new AppError('transaction_over');
}

async function trySignIn(
  deps: Container,
  provider: Provider,
  { transaction, identity }: Returned,
  browser: ReturningBrowser,
): Promise<SignedInByProvider | AskedSecondStep | null> {
  const { store } = deps;
  // The address first: an account that this identity makes in the same moment is then not taken for somebody else's.
  const user = identity.email === null ? null : await store.findUserByEmail(identity.email);
  const known = await store.findIdentity(identity.issuer, identity.subject);
  if (known) return enter(deps, { ...known, transaction, sid: identity.sid, isNew: false }, browser);
  if (identity.email === null) throw await final(deps, transaction, 'email_unverified');
  if (!user) return signUp(deps, provider, { transaction, identity, email: identity.email }, browser);
  if (await mayJoin(deps, provider, user)) {
    const row = newIdentity(deps, user.id, identity);
    return enter(deps, { identity: row, user, transaction, sid: identity.sid, isNew: true }, browser);
  }
  const about = { userId: user.id, sessionId: null, requester: browser.requester, now: deps.clock() };
  const event = newSecurityEvent(deps, 'link_refused', about);
  const { issuer, subject, email } = { ...identity, email: identity.email };
  // Strangers can cause them, and each is mailed.
  const { count } = await countTry(deps, 'event-link_refused', user.id, securityEventLimit);
  const written = count > securityEventLimit.count ? null : event;
  if (!(await store.holdIdentity(transaction.stateHash, { issuer, subject, email }, written))) return null;
  logSecurityEvent(deps.log, event);
  deps.metrics.provider(transaction.provider, 'held');
  deps.outbox.wake();
  throw await linkRequired(deps, email);
}

/**
 * Tells whether a new identity of a provider joins the account of its address without a question: the operator trusts the provider,
 * its owner has proved the address by our mail, and neither a second step nor the limit is in the way.
 */
async function mayJoin({ store }: Container, { trustEmail }: Provider, user: UserRow): Promise<boolean> {
  const isProved = user.emailVerifiedAt !== null && !user.emailVouched;
  if (!trustEmail || !isProved || user.twoStep) return false;
  return (await store.listIdentities(user.id)).length < identitiesLimit;
}

interface Entering {
  identity: IdentityRow;
  user: UserRow;
  transaction: TransactionRow;
  sid: string | null;
  isNew: boolean;
}

/** Begins the session of an identity's user, or asks for the second step. Returns null if something changed meanwhile. */
async function enter(
  deps: Container,
  { identity, user, transaction, sid, isNew }: Entering,
  browser: ReturningBrowser,
): Promise<SignedInByProvider | AskedSecondStep | null> {
  const { requester, refreshToken } = browser;
  const { stateHash, persistent, next } = transaction;
  const traded = user.twoStep ? await tradeDevice(deps, user, browser) : null;
  if (user.twoStep && !traded) {
    const shown = { identityId: identity.id, provider: transaction.provider, providerSid: sid, next, stateHash };
    const asked = await askSecondStep(deps, user, { persistent, requester, refreshToken }, shown);
    if (asked) deps.metrics.provider(transaction.provider, 'signed_in');
    return asked;
  }
  const session = await beginSession(deps, {
    userId: user.id,
    basis: {
      kind: 'provider',
      ...{ shown: user, transaction: stateHash, identity, isNew, sid },
      ...(traded && { device: traded.device }),
    },
    event: 'signed_in',
    provider: transaction.provider,
    alsoEvents: isNew ? ['identity_linked'] : [],
    amr: '',
    persistent,
    requester,
    refreshToken,
    isLeaving: user.deletesAt !== null,
  });
  if (!session) return null;
  deps.metrics.signIn('signed_in');
  deps.metrics.provider(transaction.provider, 'signed_in');
  return { issued: issueFirst(deps, session, user), isNewAccount: false, next, device: traded?.cookie ?? null };
}

/** Makes the account of somebody whose address a provider vouches for. Returns null if it got one meanwhile. */
async function signUp(
  deps: Container,
  provider: Provider,
  { transaction, identity, email }: Returned & { email: string },
  { requester, refreshToken }: ReturningBrowser,
): Promise<SignedInByProvider | null> {
  const domain = email.slice(email.lastIndexOf('@') + 1);
  const isOpen = provider.signUp && (provider.domains.length === 0 || provider.domains.includes(domain));
  if (!isOpen) throw await final(deps, transaction, 'sign_up_closed');
  const user = { id: randomUUID(), email, name: identity.name, passwordHash: null, createdAt: deps.clock() };
  const { stateHash, persistent, next } = transaction;
  const row = newIdentity(deps, user.id, identity);
  try {
    const session = await beginSession(deps, {
      userId: user.id,
      basis: { kind: 'provider_account', transaction: stateHash, user, identity: row, sid: identity.sid },
      event: 'signed_up',
      provider: transaction.provider,
      amr: '',
      persistent,
      requester,
      refreshToken,
    });
    if (!session) return null;
    deps.metrics.provider(transaction.provider, 'signed_up');
    return { issued: issueFirst(deps, session, user), isNewAccount: true, next, device: null };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'email_taken') throw error;
    // An address that its earlier owner can still take back is nobody's before that is over.
    const holder = await deps.store.findHolder(email, deps.clock());
    if (holder?.keptUntil) throw await final(deps, transaction, 'email_taken');
    return null;
  }
}

/** Ends a transaction with an error. */
async function final(
  deps: Container,
  { stateHash, provider }: TransactionRow,
  code: 'email_taken' | 'email_unverified' | 'sign_up_closed',
) {
  await deps.store.dropTransactions([stateHash]);
  deps.metrics.provider(provider, 'refused');
  return new AppError(code);
}
