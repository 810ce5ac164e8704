/** Rows to start from, at one fixed moment; a test names only what matters to it. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { CredentialState, NewUser, UserRow } from '#db/store/accounts.ts';
import type { NewSecurityEvent } from '#db/store/activity.ts';
import type { EmailChange } from '#db/store/email-changes.ts';
import type { LastNotice } from '#db/store/leaving.ts';
import type { MailLink } from '#db/store/mail-links.ts';
import type { MailRow, MailStore, NewMail } from '#db/store/mails.ts';
import type { NewSession, SessionBasis, SessionRow, SessionStore } from '#db/store/sessions.ts';
import type { Store } from '#db/store/store.ts';
import type { Advance } from '#lib/core/sessions/rotation.ts';

export const now = new Date('2026-03-01T12:00:00.000Z');
export const hour = 60 * 60 * 1000;
const week = 7 * 24 * hour;
export const later = (ms: number) => new Date(now.getTime() + ms);

export function aUser(over: Partial<NewUser> = {}): NewUser {
  const id = randomUUID();
  return { id, email: `${id}@example.org`, name: 'Ada', passwordHash: 'hash-0', createdAt: now, ...over };
}

export function aSession(userId: string, over: Partial<NewSession> = {}): NewSession {
  return {
    id: randomUUID(),
    userId,
    seed: randomBytes(32),
    headKid: 'kid-0',
    persistent: false,
    appEpoch: 1,
    idleExpiresAt: now.getTime() + hour,
    expiresAt: now.getTime() + 24 * hour,
    createdAt: now,
    lastUsedAt: now,
    authTime: now,
    amr: 'pwd',
    replaces: null,
    userAgent: 'Browser',
    ip: '192.0.2.0',
    ...over,
  };
}

export function anEvent(userId: string, over: Partial<NewSecurityEvent> = {}): NewSecurityEvent {
  const id = randomUUID();
  const how = { method: null, by: 'self' } as const;
  return { id, userId, sessionId: null, type: 'signed_in', at: now, userAgent: 'Browser', ip: null, ...how, ...over };
}

/** A mail that brings a link, once it is known to whom. */
export function aMail(over: Partial<NewMail> = {}): NewMail {
  const recipient = 'ada@example.org';
  return { id: randomUUID(), kind: 'password_reset', recipient, at: now, userAgent: 'Browser', ip: null, ...over };
}

/** A link to set a password, good for an hour. */
export function aLink(userId: string, over: Partial<MailLink> = {}): MailLink {
  const made = { id: randomUUID(), kind: 'operator', kid: 'kid-0', nonce: randomBytes(32) } as const;
  return { ...made, userId, email: null, expiresAt: later(hour), ...over };
}

/** A change of address that waits for its code, for an hour. */
export function aChange(userId: string, over: Partial<EmailChange> = {}): EmailChange {
  const id = randomUUID();
  const secret = { kid: 'kid-0', nonce: randomBytes(32), tries: 0 };
  return { userId, id, email: `${id}@example.org`, ...secret, expiresAt: later(hour), ...over };
}

/** A link that brings an address back, good for a week. */
export function anUndo(userId: string, email: string, over: Partial<MailLink> = {}): MailLink & { email: string } {
  return { ...aLink(userId, { kind: 'undo', expiresAt: later(week), ...over }), email };
}

/** Writes a mail and claims it, as its first try does. */
export async function aClaimedMail(store: MailStore, over: Partial<NewMail> = {}): Promise<MailRow> {
  const { id } = aMail();
  await store.addMail(aMail({ id, ...over }));
  const claimed = await store.claimMail(now, later(hour));
  if (claimed?.id !== id) throw new Error('Another mail was due.');
  return claimed;
}

/** The last mail to a person whose account is deleted. */
export function aLast(over: Partial<LastNotice> = {}): LastNotice {
  return { at: now, userAgent: 'Browser', ip: null, ...over };
}

/** Makes what a rotation of `head` writes. */
export function aRotation(head: number, over: Partial<Advance> = {}) {
  return {
    head: head + 1,
    parent: head,
    exchangedAt: later(1000).getTime(),
    confirmedAt: null,
    grace: [],
    headKid: 'kid-1',
    idleExpiresAt: later(hour + 1000).getTime(),
    rateStartedAt: now.getTime(),
    rateCount: 1,
    ...over,
  };
}

/** A new user as the store gives it back. */
export function asStored(user: NewUser): UserRow {
  return { ...user, emailVerifiedAt: null, emailVouched: false, deletesAt: null, twoStep: false, ...original };
}

/** The credentials of a new user. */
export const original: CredentialState = { credentialVersion: 0, epoch: 0 };

interface Begun {
  endSessionId?: string | null;
  over?: Partial<NewSession>;
  event?: Partial<NewSecurityEvent>;
}

/** Begins a session on whatever is given; answers it along with what came of it. */
export function begin(
  store: Pick<SessionStore, 'beginSession'>,
  userId: string,
  basis: SessionBasis,
  { endSessionId = null, over = {}, event = {} }: Begun = {},
) {
  const session = aSession(userId, over);
  const about = anEvent(userId, { sessionId: session.id, ...event });
  return { session, outcome: store.beginSession({ session, basis, endSessionId, event: about }) };
}

/** A registered user with its first session. */
export async function registered(store: Pick<SessionStore, 'beginSession'>, over: Partial<NewSession> = {}) {
  const user = aUser();
  const begun = begin(store, user.id, { kind: 'new_account', user }, { over, event: { type: 'signed_up' } });
  if ((await begun.outcome) !== 'begun') throw new Error('The fixture’s user was refused.');
  return { user, session: begun.session };
}

/** One more session of that user. */
export async function signedIn(store: Store, user: { id: string }, over: Partial<NewSession> = {}) {
  const shown = await store.findUser(user.id);
  if (shown === null) throw new Error('There is no such user.');
  const begun = begin(store, user.id, { kind: 'credentials', shown }, { over });
  if ((await begun.outcome) !== 'begun') throw new Error('The fixture’s session was refused.');
  return begun.session;
}

/** A session that takes the place of another, not used yet. */
export async function aSuccessor(store: Store, { id, userId }: NewSession): Promise<NewSession> {
  const successor = { ...aSession(userId), replaces: id };
  if ((await store.addSuccessor(successor, original, null)) !== 'added')
    throw new Error('The fixture’s successor was refused.');
  return successor;
}

export async function sessionRow(store: Store, id: string): Promise<SessionRow> {
  const found = await store.findSession(id);
  if (found === null) throw new Error('There is no such session.');
  return found.session;
}

export async function eventTypes(store: Store, userId: string): Promise<string[]> {
  const { items } = await store.listSecurityEvents(userId, { page: 1, size: 100 });
  return items.map(({ type }) => type).sort();
}

export function inParallel<T>(times: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => work(index)));
}

/** Ways to sign in where no provider is set up. */
export const passwordsOnly = { password: true, issuers: [], rpId: 'localhost' };
