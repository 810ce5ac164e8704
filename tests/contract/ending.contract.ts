import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Store } from '#db/store/store.ts';
import {
  anEvent,
  aRotation,
  eventTypes,
  hour,
  inParallel,
  later,
  now,
  registered,
  sessionRow,
  signedIn,
} from './fixtures.ts';

export function endingContract(store: () => Store): void {
  describe('endByVersion', () => {
    test('ends the session for the reason given, and logs', async () => {
      const { user, session } = await registered(store());
      const event = anEvent(user.id, { type: 'refresh_reuse', sessionId: session.id, at: later(5) });
      expect(await store().endByVersion(session.id, 0, 'reuse', event)).toBe(true);
      const ended = { endedAt: later(5).getTime(), endReason: 'reuse', version: 1 };
      expect(await sessionRow(store(), session.id)).toMatchObject(ended);
      expect(await eventTypes(store(), user.id)).toEqual(['refresh_reuse', 'signed_up']);
    });

    test('of ten in parallel one succeeds, and one event is written', async () => {
      const { user, session } = await registered(store());
      const all = await inParallel(10, () =>
        store().endByVersion(session.id, 0, 'rollback', anEvent(user.id, { type: 'refresh_rollback' })),
      );
      expect(all.filter(Boolean)).toHaveLength(1);
      expect(await eventTypes(store(), user.id)).toEqual(['refresh_rollback', 'signed_up']);
    });

    test('from another version writes nothing', async () => {
      const { user, session } = await registered(store());
      await store().advance(session.id, 0, aRotation(0));
      expect(await store().endByVersion(session.id, 0, 'reuse', anEvent(user.id))).toBe(false);
      expect((await sessionRow(store(), session.id)).endedAt).toBeNull();
      expect(await eventTypes(store(), user.id)).toEqual(['signed_up']);
    });

    test('does not end a session for a second time', async () => {
      const { user, session } = await registered(store());
      await store().endByVersion(session.id, 0, 'reuse', anEvent(user.id));
      expect(await store().endByVersion(session.id, 1, 'rollback', anEvent(user.id))).toBe(false);
      expect((await sessionRow(store(), session.id)).endReason).toBe('reuse');
    });
  });

  describe('endSession', () => {
    const event = () => {
      const { userId: _, sessionId: __, ...rest } = anEvent('', { type: 'signed_out', at: later(5) });
      return rest;
    };

    test("ends it once, and logs for the row's user", async () => {
      const { user, session } = await registered(store());
      const all = await inParallel(10, () => store().endSession(session.id, 'signed_out', event()));
      expect(all.filter(Boolean)).toHaveLength(1);
      const ended = { endedAt: later(5).getTime(), endReason: 'signed_out', version: 1 };
      expect(await sessionRow(store(), session.id)).toMatchObject(ended);
      const { items, total } = await store().listSecurityEvents(user.id, { page: 1, size: 1 });
      expect(total).toBe(2);
      expect(items[0]).toMatchObject({ type: 'signed_out', userId: user.id, sessionId: session.id });
    });

    test('is false, and logs nothing, when there is none or it has expired', async () => {
      const { user, session } = await registered(store(), { expiresAt: later(5).getTime() });
      expect(await store().endSession(randomUUID(), 'signed_out', event())).toBe(false);
      expect(await store().endSession(session.id, 'signed_out', event())).toBe(false);
      expect(await eventTypes(store(), user.id)).toEqual(['signed_up']);
    });
  });

  describe('endOwnSession', () => {
    test("ends one of the user's own, and no other", async () => {
      const { user, session } = await registered(store());
      const other = await signedIn(store(), user);
      const event = anEvent(user.id, { type: 'session_ended', sessionId: other.id });
      expect(await store().endOwnSession(user.id, other.id, event)).toBe(true);
      expect(await sessionRow(store(), other.id)).toMatchObject({ endReason: 'ended_elsewhere', version: 1 });
      expect((await sessionRow(store(), session.id)).endedAt).toBeNull();
      expect(await store().endOwnSession(user.id, other.id, anEvent(user.id))).toBe(false);
      expect(await eventTypes(store(), user.id)).toEqual(['session_ended', 'signed_in', 'signed_up']);
    });

    test("never reaches another user's session", async () => {
      const { user } = await registered(store());
      const { session: foreign } = await registered(store());
      expect(await store().endOwnSession(user.id, foreign.id, anEvent(user.id))).toBe(false);
      expect((await sessionRow(store(), foreign.id)).endedAt).toBeNull();
      expect(await eventTypes(store(), user.id)).toEqual(['signed_up']);
    });
  });

  describe('endAllSessions', () => {
    const event = (userId: string) => anEvent(userId, { type: 'signed_out_everywhere', at: later(5) });

    test("raises the epoch and ends every session of the user, but nobody else's", async () => {
      const { user, session } = await registered(store());
      const other = await signedIn(store(), user);
      const { session: foreign } = await registered(store());
      await store().endAllSessions(user.id, null, event(user.id));
      expect((await store().findUser(user.id))?.epoch).toBe(1);
      const ended = { endedAt: later(5).getTime(), endReason: 'signed_out_everywhere', version: 1 };
      for (const { id } of [session, other]) expect(await sessionRow(store(), id)).toMatchObject(ended);
      expect((await sessionRow(store(), foreign.id)).endedAt).toBeNull();
      expect(await eventTypes(store(), user.id)).toEqual(['signed_in', 'signed_out_everywhere', 'signed_up']);
    });

    test('lifts the excepted session to the new epoch, where it goes on', async () => {
      const { user, session } = await registered(store());
      const other = await signedIn(store(), user);
      await store().endAllSessions(user.id, session.id, event(user.id));
      expect(await sessionRow(store(), session.id)).toMatchObject({ endedAt: null, userEpoch: 1, version: 1 });
      expect((await sessionRow(store(), other.id)).endedAt).not.toBeNull();
      expect(await store().advance(session.id, 1, aRotation(0))).toBe(true);
    });

    test('brings no ended session back, and lifts none of another user', async () => {
      const { user, session } = await registered(store());
      const { session: foreign } = await registered(store());
      await store().endAllSessions(user.id, null, event(user.id));
      await store().endAllSessions(user.id, session.id, event(user.id));
      await store().endAllSessions(user.id, foreign.id, event(user.id));
      expect(await sessionRow(store(), session.id)).toMatchObject({ userEpoch: 0, version: 1 });
      expect(await sessionRow(store(), foreign.id)).toMatchObject({ userEpoch: 0, version: 0 });
      expect(await store().listSessions(user.id, now, 1)).toEqual([]);
    });

    test('is nothing for an unknown user', async () => {
      const userId = randomUUID();
      await store().endAllSessions(userId, null, event(userId));
      expect(await eventTypes(store(), userId)).toEqual([]);
    });
  });

  describe('listSessions', () => {
    test('gives the living ones, the most recently used first', async () => {
      const { user, session } = await registered(store());
      const recent = await signedIn(store(), user);
      await store().confirm(recent.id, 0, later(500), later(hour));
      const ended = await signedIn(store(), user);
      await store().endOwnSession(user.id, ended.id, anEvent(user.id));
      await registered(store());
      const listed = await store().listSessions(user.id, later(600), 1);
      expect(listed.map(({ id }) => id)).toEqual([recent.id, session.id]);
      expect(listed[0]).toEqual(await sessionRow(store(), recent.id));
    });

    test('leaves out what is idle, expired, or of an older epoch of the application', async () => {
      const { user } = await registered(store(), { idleExpiresAt: later(1000).getTime() });
      await signedIn(store(), user, { expiresAt: later(1000).getTime() });
      await signedIn(store(), user, { appEpoch: 0 });
      expect(await store().listSessions(user.id, later(999), 1)).toHaveLength(2);
      expect(await store().listSessions(user.id, later(1000), 1)).toEqual([]);
      expect(await store().listSessions(user.id, later(999), 0)).toHaveLength(3);
    });
  });

  describe('countSessions', () => {
    test('counts what neither ended, nor reached a limit, nor is of an older epoch', async () => {
      const { user, session } = await registered(store());
      await signedIn(store(), user);
      await signedIn(store(), user, { idleExpiresAt: later(10).getTime() });
      await signedIn(store(), user, { expiresAt: later(10).getTime() });
      await signedIn(store(), user, { appEpoch: 0 });
      await store().endOwnSession(user.id, session.id, anEvent(user.id));
      expect(await store().countSessions(later(9), 1)).toBe(3);
      expect(await store().countSessions(later(10), 1)).toBe(1);
      expect(await store().countSessions(later(10), 0)).toBe(2);
    });
  });
}
