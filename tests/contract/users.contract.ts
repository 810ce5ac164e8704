import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Store } from '#db/store.ts';
import { anEvent, aSession, aUser, eventTypes, inParallel, later, now, registered, sessionRow } from './fixtures.ts';

export function userContract(store: () => Store): void {
  function register(email: string, endSessionId: string | null = null) {
    const user = aUser({ email });
    const session = aSession(user.id);
    const event = anEvent(user.id, { type: 'signed_up', sessionId: session.id });
    return { user, session, outcome: store().register({ user, session, endSessionId, event }) };
  }

  describe('register', () => {
    test('makes the user, its session and an event', async () => {
      const { user, session, outcome } = register('ada@example.org');
      expect(await outcome).toBe('registered');
      expect(await store().findUserByEmail('ada@example.org')).toEqual({ ...user, epoch: 0 });
      expect(await sessionRow(store(), session.id)).toMatchObject({ userId: user.id, head: 0, userEpoch: 0 });
      expect(await eventTypes(store(), user.id)).toEqual(['signed_up']);
    });

    test('a taken address writes nothing, and leaves the session that it would replace', async () => {
      const { session: bystander } = await registered(store());
      await register('ada@example.org').outcome;
      const second = register('ada@example.org', bystander.id);
      expect(await second.outcome).toBe('email_taken');
      expect(await store().findUser(second.user.id)).toBeNull();
      expect(await store().findSession(second.session.id)).toBeNull();
      expect(await eventTypes(store(), second.user.id)).toEqual([]);
      expect((await sessionRow(store(), bystander.id)).endedAt).toBeNull();
    });

    test('twenty parallel registrations of one address make one account', async () => {
      const all = Array.from({ length: 20 }, () => register('ada@example.org'));
      const outcomes = await Promise.all(all.map(({ outcome }) => outcome));
      expect(outcomes.filter((outcome) => outcome === 'registered')).toHaveLength(1);
      const sessions = await Promise.all(all.map(({ session }) => store().findSession(session.id)));
      expect(sessions.filter((found) => found !== null)).toHaveLength(1);
    });

    test("ends the session that the browser had, whoever's it was", async () => {
      const { session: old } = await registered(store());
      expect(await register('ada@example.org', old.id).outcome).toBe('registered');
      expect(await sessionRow(store(), old.id)).toMatchObject({ endedAt: now.getTime(), endReason: 'replaced' });
    });

    test('does not end a session for a second time', async () => {
      const { user, session: old } = await registered(store());
      const event = { ...anEvent(user.id, { at: later(-5000) }), type: 'signed_out' as const };
      await store().endSession(old.id, 'signed_out', event);
      await register('ada@example.org', old.id).outcome;
      expect(await sessionRow(store(), old.id)).toMatchObject({ endReason: 'signed_out', version: 1 });
    });
  });

  describe('users', () => {
    test('are found by id and by address', async () => {
      const { user } = await registered(store());
      expect(await store().findUser(user.id)).toEqual({ ...user, epoch: 0 });
      expect(await store().findUserByEmail(user.email)).toEqual({ ...user, epoch: 0 });
    });

    test('that do not exist are null', async () => {
      expect(await store().findUser(randomUUID())).toBeNull();
      expect(await store().findUserByEmail('nobody@example.org')).toBeNull();
    });

    test('may have no name', async () => {
      const user = aUser({ name: null });
      const event = anEvent(user.id);
      await store().register({ user, session: aSession(user.id), endSessionId: null, event });
      expect((await store().findUser(user.id))?.name).toBeNull();
    });
  });

  describe('upgradePasswordHash', () => {
    test('replaces the hash and ends nothing', async () => {
      const { user, session } = await registered(store());
      expect(await store().upgradePasswordHash(user.id, 'hash-0', 'hash-1')).toBe(true);
      expect(await store().findUser(user.id)).toMatchObject({ passwordHash: 'hash-1', epoch: 0 });
      expect((await sessionRow(store(), session.id)).endedAt).toBeNull();
    });

    test('leaves a hash alone that changed meanwhile, and one of another user', async () => {
      const { user } = await registered(store());
      const { user: other } = await registered(store());
      expect(await store().upgradePasswordHash(user.id, 'another', 'hash-1')).toBe(false);
      expect(await store().upgradePasswordHash(randomUUID(), 'hash-0', 'hash-1')).toBe(false);
      expect((await store().findUser(user.id))?.passwordHash).toBe('hash-0');
      expect((await store().findUser(other.id))?.passwordHash).toBe('hash-0');
    });

    test('of twenty in parallel one succeeds', async () => {
      const { user } = await registered(store());
      const all = await inParallel(20, (i) => store().upgradePasswordHash(user.id, 'hash-0', `hash-1-${i}`));
      expect(all.filter(Boolean)).toHaveLength(1);
    });
  });
}
