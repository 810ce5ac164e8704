import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPostgresStore } from '#db/postgres/store.ts';
import { DatabaseError } from '#db/queries/errors.ts';
import { type Store, StoreUnavailable } from '#db/store/store.ts';
import { configure, newPostgres, type TestDatabase } from '#tests/support/database.ts';
import { startWire, type Wire } from '#tests/support/wire.ts';
import {
  anEvent,
  aRotation,
  aSession,
  aUser,
  eventTypes,
  inParallel,
  now,
  registered,
  sessionRow,
} from './fixtures.ts';

let database: TestDatabase;
let wire: Wire;
let store: Store;
/** Sees what is committed, and does so by a way that nothing goes wrong on. */
let witness: Store;

beforeEach(async () => {
  database = await newPostgres();
  wire = await startWire(database.url);
  store = await openPostgresStore(wire.url, 4, 1);
  witness = await openPostgresStore(database.url, 4);
});
afterEach(async () => {
  await store.close();
  await witness.close();
  await wire.close();
  await configure(database.url, 'RESET ALL');
  await database.close();
});

/** A connection of somebody else's, in a transaction. */
async function somebodyElse(): Promise<pg.Client> {
  const client = new pg.Client(database.url);
  await client.connect();
  await client.query('BEGIN');
  return client;
}

const registration = () => {
  const user = aUser();
  const session = aSession(user.id);
  const event = anEvent(user.id, { sessionId: session.id });
  return { session, basis: { kind: 'new_account', user } as const, endSessionId: null, event };
};

describe('when connections are cut', () => {
  test('while nobody uses them, nobody notices', async () => {
    const { session } = await registered(store);
    await inParallel(20, () => store.findSession(session.id));
    wire.cut();
    const found = await inParallel(20, () => store.findSession(session.id).catch((error: unknown) => error));
    for (const one of found) if (one instanceof Error) expect(one).toBeInstanceOf(StoreUnavailable);
    expect((await store.findSession(session.id))?.session.id).toBe(session.id);
  });

  test('by the server, the call under way is unavailable, and the next one is not', async () => {
    const { session } = await registered(store);
    const other = await somebodyElse();
    await other.query('LOCK sessions');
    const isUnavailable = expect(store.advance(session.id, 0, aRotation(0))).rejects.toThrow(StoreUnavailable);
    await isWaiting(other);
    await other.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await isUnavailable;
    await other.end();
    expect(await store.advance(session.id, 0, aRotation(0))).toBe(true);
  });

  test('after a write was done, the caller is told that nobody knows, and it is not done twice', async () => {
    const { user, session } = await registered(store);
    wire.deafen();
    await expect(store.hit('key', 60, now)).rejects.toThrow(StoreUnavailable);
    wire.cut();
    expect((await store.hit('key', 60, now)).count).toBe(2);
    await store.advance(session.id, 0, aRotation(0));
    wire.deafen();
    await expect(store.advance(session.id, 1, aRotation(1))).rejects.toThrow(StoreUnavailable);
    wire.cut();
    expect(await sessionRow(store, session.id)).toMatchObject({ head: 2, version: 2 });
    expect(await eventTypes(store, user.id)).toEqual(['signed_up']);
  });

  test('before its answer came, a write is not done again, however much time is left', async () => {
    const patient = await openPostgresStore(wire.url, 1);
    const other = await somebodyElse();
    const counted = async () => (await other.query("SELECT count FROM rate_limits WHERE key = 'key'")).rows;
    wire.deafen();
    const isUnavailable = expect(patient.hit('key', 60, now)).rejects.toThrow(StoreUnavailable);
    await expect.poll(counted).toEqual([{ count: 1 }]);
    wire.cut();
    await isUnavailable;
    expect(await counted()).toEqual([{ count: 1 }]);
    await other.end();
    await patient.close();
  });

  test('in the middle of a transaction, nothing of it is there', async () => {
    await store.check();
    const input = registration();
    wire.deafen();
    await expect(store.beginSession(input)).rejects.toThrow(StoreUnavailable);
    wire.cut();
    expect(await witness.findUser(input.basis.user.id)).toBeNull();
    expect(await store.beginSession(input)).toBe('begun');
  });
});

/** Whether the server has somebody wait for a lock of this one. */
async function waiting(holder: pg.Client): Promise<boolean> {
  const locked = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  return ((await holder.query(locked)).rowCount ?? 0) > 0;
}
const isWaiting = (holder: pg.Client) => expect.poll(() => waiting(holder)).toBe(true);

describe('a lock of somebody else’s', () => {
  test('is waited for, in part of the time that a call has', async () => {
    const { session } = await registered(witness);
    const other = await somebodyElse();
    await other.query('LOCK sessions');
    const rotated = witness.advance(session.id, 0, aRotation(0));
    await isWaiting(other);
    await other.query('COMMIT');
    expect(await rotated).toBe(true);
    await other.end();
  });

  test('that the server is told not to wait for is asked for again', async () => {
    const { session } = await registered(store);
    await configure(database.url, "SET lock_timeout = '200ms'");
    const impatient = await openPostgresStore(database.url, 1);
    const other = await somebodyElse();
    await other.query('LOCK sessions');
    const rotated = impatient.advance(session.id, 0, aRotation(0));
    await isWaiting(other);
    await expect.poll(() => waiting(other)).toBe(false);
    await other.query('COMMIT');
    expect(await rotated).toBe(true);
    await other.end();
    await impatient.close();
  });

  test('that stays makes a write unavailable in time; the server has given it up and does not do it later', async () => {
    const { user, session } = await registered(store);
    const other = await somebodyElse();
    await other.query('LOCK sessions, rate_limits');
    const startedAt = performance.now();
    const calls = [
      // One statement, which nobody needs to commit.
      store.hit('key', 60, now),
      store.advance(session.id, 0, aRotation(0)),
      store.endOwnSession(user.id, session.id, anEvent(user.id, { type: 'session_ended' })),
      store.beginSession(registration()),
    ];
    await Promise.all(calls.map((call) => expect(call).rejects.toThrow(StoreUnavailable)));
    expect(performance.now() - startedAt).toBeLessThan(3000);
    await other.query('COMMIT');
    // Whoever still stood in line for the old lock comes before this one.
    await other.query('BEGIN; LOCK sessions, rate_limits; COMMIT');
    await other.end();
    expect(await store.hit('key', 60, now)).toMatchObject({ count: 1 });
    expect(await sessionRow(store, session.id)).toMatchObject({ head: 0, endedAt: null, version: 0 });
    expect(await eventTypes(store, user.id)).toEqual(['signed_up']);
  });
});

describe('what the server has undone', () => {
  test('for a deadlock is done again', async () => {
    const { user, session } = await registered(store);
    await configure(database.url, "SET deadlock_timeout = '300ms'");
    const patient = await openPostgresStore(database.url, 1);
    const other = await somebodyElse();
    // The other one holds the session and wants the user; the store holds the user and wants the session. It gives up first.
    await other.query("SET deadlock_timeout = '100s'");
    await other.query('UPDATE sessions SET rate_count = 1 WHERE id = $1', [session.id]);
    const ended = patient.endAllSessions(user.id, null, anEvent(user.id, { type: 'signed_out_everywhere' }));
    await isWaiting(other);
    await other.query("UPDATE users SET name = 'Bea' WHERE id = $1", [user.id]);
    await other.query('COMMIT');
    await ended;
    expect(await store.findUser(user.id)).toMatchObject({ name: 'Bea', epoch: 1 });
    expect(await eventTypes(store, user.id)).toEqual(['signed_out_everywhere', 'signed_up']);
    await other.end();
    await patient.close();
  });

  test('because it serializes by itself is done again', async () => {
    const { session } = await registered(store);
    await configure(database.url, "SET default_transaction_isolation = 'serializable'");
    const strict = await openPostgresStore(database.url, 10);
    const counts = await inParallel(10, () => strict.hit('key', 60, now));
    expect(new Set(counts.map(({ count }) => count)).size).toBe(10);
    const advanced = await inParallel(10, () => strict.advance(session.id, 0, aRotation(0)));
    expect(advanced.filter(Boolean)).toHaveLength(1);
    await strict.close();
  });
});

test('a connection whose statement failed for an unexpected reason is not used again', async () => {
  const lonely = await openPostgresStore(database.url, 1);
  const other = await somebodyElse();
  const busy = async () => {
    const { rows } = await other.query(
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%rate_limits%' AND pid <> pg_backend_pid()",
    );
    return rows.map(({ pid }) => pid);
  };
  await lonely.hit('key', 60, now);
  const before = await busy();
  expect(before).toHaveLength(1);
  await other.query('COMMIT');
  await expect(lonely.addSecurityEvent(anEvent('nobody'))).rejects.toThrow(DatabaseError);
  await lonely.hit('key', 60, now);
  await expect.poll(busy).toEqual([expect.not.toSatisfy((pid: number) => before.includes(pid))]);
  await other.end();
  await lonely.close();
});

test('closing ends the waiting, and a closed store is unavailable', async () => {
  const other = await somebodyElse();
  await other.query('LOCK rate_limits');
  const calls = inParallel(8, () => store.hit('key', 60, now).catch((error: unknown) => error));
  await isWaiting(other);
  const closed = store.close();
  for (const error of await calls) expect(error).toBeInstanceOf(StoreUnavailable);
  await closed;
  await expect(store.check()).rejects.toThrow(StoreUnavailable);
  await expect(store.findUser('any')).rejects.toThrow(StoreUnavailable);
  await other.end();
});
