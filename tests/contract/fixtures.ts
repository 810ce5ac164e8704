/** Rows to start from, at one fixed moment; a test names only what matters to it. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { NewEvent, NewSession, SessionRow, TaskRow, UserRow } from '#db/rows.ts';
import type { Store } from '#db/store.ts';
import type { Advance } from '#lib/core/sessions/rotation.ts';

export const now = new Date('2026-03-01T12:00:00.000Z');
export const hour = 60 * 60 * 1000;
export const later = (ms: number) => new Date(now.getTime() + ms);

export function aUser(over: Partial<UserRow> = {}): Omit<UserRow, 'epoch'> {
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
    userAgent: 'Browser',
    ip: '192.0.2.0',
    ...over,
  };
}

export function anEvent(userId: string, over: Partial<NewEvent> = {}): NewEvent {
  const id = randomUUID();
  return { id, userId, sessionId: null, type: 'signed_in', at: now, userAgent: 'Browser', ip: null, ...over };
}

export function aTask(userId: string, over: Partial<TaskRow> = {}): TaskRow {
  const task = { title: 'Water the plants', description: '', deadline: null, completed: false };
  return { id: randomUUID(), userId, ...task, createdAt: now, updatedAt: now, ...over };
}

/** What a rotation of `head` writes. */
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

/** A registered user with its first session. */
export async function registered(store: Pick<Store, 'register'>, over: Partial<NewSession> = {}) {
  const user = aUser();
  const session = aSession(user.id, over);
  const event = anEvent(user.id, { type: 'signed_up', sessionId: session.id });
  const outcome = await store.register({ user, session, endSessionId: null, event });
  if (outcome !== 'registered') throw new Error(`The fixture's user: ${outcome}.`);
  return { user, session };
}

/** One more session of that user. */
export async function signedIn(store: Store, user: { id: string }, over: Partial<NewSession> = {}) {
  const row = await store.findUser(user.id);
  if (row === null) throw new Error('There is no such user.');
  const session = aSession(user.id, over);
  const event = anEvent(user.id, { sessionId: session.id });
  const outcome = await store.signIn({ session, credentials: row, endSessionId: null, event });
  if (outcome !== 'signed_in') throw new Error(`The fixture's session: ${outcome}.`);
  return session;
}

export async function sessionRow(store: Store, id: string): Promise<SessionRow> {
  const found = await store.findSession(id);
  if (found === null) throw new Error('There is no such session.');
  return found.session;
}

export async function eventTypes(store: Store, userId: string): Promise<string[]> {
  const { items } = await store.listEvents(userId, { page: 1, size: 100 });
  return items.map(({ type }) => type).sort();
}

export function inParallel<T>(times: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => work(index)));
}
