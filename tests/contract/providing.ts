/** Rows of signing in with other providers, for tests. */
import { randomUUID } from 'node:crypto';
import type { IdentityRow, TransactionRow } from '#db/store/providers.ts';
import type { FactorChange } from '#db/store/second-factors.ts';
import type { Store } from '#db/store/store.ts';
import { anEvent, aUser, begin, later, now, type registered } from './fixtures.ts';

export type Person = Awaited<ReturnType<typeof registered>>;

export const issuer = 'https://id.example';
export const minutes = (count: number) => later(count * 60 * 1000);

/** A sign-in that is on its way to a provider, for ten minutes. */
export function aTransaction(over: Partial<TransactionRow> = {}): TransactionRow {
  const way = { provider: 'acme', intent: 'sign_in', next: '/tasks', persistent: false, sessionId: null } as const;
  const held = { claimedUntil: null, heldIssuer: null, heldSubject: null, heldEmail: null };
  return { stateHash: randomUUID(), ...way, startedAt: now, expiresAt: minutes(10), ...held, ...over };
}

export function anIdentity(userId: string, over: Partial<IdentityRow> = {}): IdentityRow {
  const id = randomUUID();
  return { id, userId, issuer, subject: `subject of ${id}`, email: null, linkedAt: now, lastUsedAt: null, ...over };
}

/** Adds a transaction that is under way. */
export async function underWay(store: Store, over: Partial<TransactionRow> = {}): Promise<TransactionRow> {
  const transaction = aTransaction(over);
  await store.addTransaction(transaction);
  return transaction;
}

/** A change that the person's session asks for, on the counters that their account has now. */
export async function changeOf(store: Store, { user, session }: Person, over: Partial<FactorChange> = {}) {
  const found = await store.findUser(user.id);
  const shown = { credentialVersion: found?.credentialVersion ?? -1, epoch: found?.epoch ?? -1 };
  return { userId: user.id, sessionId: session.id, shown, endsOthers: false, at: now, events: [], ...over };
}

/** Links an identity to a person, as their session asks. */
export async function linked(store: Store, person: Person, over: Partial<IdentityRow> = {}): Promise<IdentityRow> {
  const identity = anIdentity(person.user.id, over);
  const { stateHash } = await underWay(store, { intent: 'link', sessionId: person.session.id });
  const outcome = await store.linkIdentity(await changeOf(store, person), { stateHash, identity, verifies: null });
  if (outcome !== 'linked') throw new Error(`The fixture’s identity was ${outcome}.`);
  return identity;
}

/** Signs a person in with an identity of theirs. */
export async function entered(store: Store, identity: IdentityRow, sid: string | null = null, at = now) {
  const user = await store.findUser(identity.userId);
  if (!user) throw new Error('There is no such user.');
  const { stateHash: transaction } = await underWay(store, { startedAt: at });
  const basis = { kind: 'provider', shown: user, transaction, identity, isNew: false, sid } as const;
  const over = { amr: '', createdAt: at, lastUsedAt: at };
  const { session, outcome } = begin(store, user.id, basis, { over });
  if ((await outcome) !== 'begun') throw new Error('The fixture’s session was refused.');
  return session;
}

/** A person who came by a provider, and has no password. */
export async function arrived(store: Store, over: Partial<IdentityRow> = {}, sid: string | null = null) {
  const user = aUser({ passwordHash: null });
  const identity = anIdentity(user.id, { lastUsedAt: now, ...over });
  const { stateHash: transaction } = await underWay(store);
  const event = { type: 'signed_up' } as const;
  const begun = begin(store, user.id, { kind: 'provider_account', transaction, user, identity, sid }, { event });
  if ((await begun.outcome) !== 'begun') throw new Error('The fixture’s account was refused.');
  return { user, session: begun.session, identity };
}

export const unlinked = (userId: string) => anEvent(userId, { type: 'identity_unlinked' });
