/** A refresh, an authorised read and a session list: what the use cases ask of the store for each. */
import { access, decide, rotate, sessionNow } from '../../lib/core/sessions/rotation.ts';
import type { Container } from '../../lib/server/runtime/container.ts';
import { idOf, sessionsEach, tasksEach } from './seed.ts';

/** The app on a database with `users` people. */
export interface Population {
  users: number;
  deps: Container;
  /** Picks a session's number at random, from `from` to one below `to`. */
  pick(from: number, to: number): number;
}

export const operations = {
  refresh: { title: 'refresh', run: refresh },
  read: { title: 'authorised read', run: read },
  list: { title: 'session list', run: list },
} satisfies Record<string, { title: string; run: (of: Population) => Promise<void> }>;
export type Operation = keyof typeof operations;
export const operationNames: Operation[] = ['refresh', 'read', 'list'];

/**
 * Number of sessions of each person that are only refreshed. The others are only read, so that a read never finds a
 * head that it would have to confirm.
 */
const refreshed = 2;
const epochs = { user: 0, app: 0 };

async function refresh({ users, pick, deps: { store, env } }: Population): Promise<void> {
  const graceMs = env.REFRESH_GRACE_SECONDS * 1000;
  const found = await store.findSession(idOf('session', pick(0, users * refreshed)));
  if (!found) throw new Error('A session is missing.');
  const { session } = found;
  const now = sessionNow(session, store.clock().getTime());
  const decision = decide(session, { generation: session.head, nonceMatches: true }, { now, graceMs, epochs });
  const isAdvanced = await store.advance(session.id, session.version, {
    ...rotate(session, now, graceMs),
    headKid: session.headKid,
    idleExpiresAt: now + env.SESSION_IDLE_SECONDS * 1000,
    rateStartedAt: now,
    rateCount: 1,
  });
  if (decision !== 'rotate' || !isAdvanced) throw new Error('A refresh was refused.');
}

async function read(population: Population): Promise<void> {
  const userId = await authorise(population);
  const { items, total } = await population.deps.store.listTasks(userId, { page: 1, size: 10 });
  if (items.length !== tasksEach || total !== tasksEach) throw new Error('A task is missing.');
}

async function list(population: Population): Promise<void> {
  const userId = await authorise(population);
  const { store } = population.deps;
  const sessions = await store.listSessions(userId, store.clock(), epochs.app);
  if (sessions.length !== sessionsEach) throw new Error('A session is missing from a list.');
}

/** Checks a random session as for an access token. Returns the id of its user. */
async function authorise({ users, pick, deps: { store } }: Population): Promise<string> {
  const found = await store.findSession(idOf('session', pick(users * refreshed, users * sessionsEach)));
  if (!found) throw new Error('A session is missing.');
  const { session, user } = found;
  const verdict = access(session, session.head, epochs, sessionNow(session, store.clock().getTime()));
  if (verdict !== 'granted') throw new Error('A session was refused.');
  return user.id;
}
