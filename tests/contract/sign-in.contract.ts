import { describe, expect, test } from 'vitest';
import type { Credentials, NewSession } from '#db/rows.ts';
import type { Store } from '#db/store.ts';
import { anEvent, aSession, eventTypes, inParallel, later, now, registered, sessionRow, signedIn } from './fixtures.ts';

const original: Credentials = { passwordHash: 'hash-0', epoch: 0 };

export function signInContract(store: () => Store): void {
  function signIn(userId: string, credentials: Credentials, endSessionId: string | null = null) {
    const session = aSession(userId);
    const event = anEvent(userId, { sessionId: session.id });
    return { session, outcome: store().signIn({ session, credentials, endSessionId, event }) };
  }
  function changePassword(asking: NewSession, credentials: Credentials, passwordHash = 'hash-1') {
    const { id: askingSessionId, userId } = asking;
    const session = aSession(userId, { createdAt: later(1000) });
    const event = anEvent(userId, { type: 'password_changed', sessionId: session.id });
    return { session, outcome: store().changePassword({ askingSessionId, session, credentials, passwordHash, event }) };
  }

  describe('signIn', () => {
    test('makes a session that holds every field it was given', async () => {
      const { user } = await registered(store());
      const session = await signedIn(store(), user, { persistent: true, userAgent: null, ip: null });
      const { seed, ...row } = await sessionRow(store(), session.id);
      const { seed: given, ...fields } = session;
      expect(Buffer.compare(seed, given)).toBe(0);
      const at = now.getTime();
      const beginning = { head: 0, parent: null, exchangedAt: at, confirmedAt: null, grace: [], version: 0 };
      const rest = { lastUsedAt: now, endedAt: null, endReason: null, rateStartedAt: at, rateCount: 0 };
      expect(row).toEqual({ ...fields, ...beginning, ...rest, userEpoch: 0 });
      expect(await eventTypes(store(), user.id)).toEqual(['signed_in', 'signed_up']);
    });

    test.each([
      ['hash', { ...original, passwordHash: 'another' }],
      ['epoch', { ...original, epoch: 1 }],
    ])('with a stale %s writes nothing', async (_, credentials) => {
      const { user, session: old } = await registered(store());
      const { session, outcome } = signIn(user.id, credentials, old.id);
      expect(await outcome).toBe('stale');
      expect(await store().findSession(session.id)).toBeNull();
      expect((await sessionRow(store(), old.id)).endedAt).toBeNull();
      expect(await eventTypes(store(), user.id)).toEqual(['signed_up']);
    });

    test('compares the credentials with those of its own user', async () => {
      const { user } = await registered(store());
      const { user: other } = await registered(store());
      await store().upgradePasswordHash(user.id, 'hash-0', 'hash-1');
      expect(await signIn(user.id, original).outcome).toBe('stale');
      expect(await signIn(other.id, original).outcome).toBe('signed_in');
    });

    test('begins under the epoch in force', async () => {
      const { user } = await registered(store());
      await store().endAllSessions(user.id, null, anEvent(user.id));
      const session = await signedIn(store(), user);
      expect((await sessionRow(store(), session.id)).userEpoch).toBe(1);
    });

    test('ends the session it replaces, and only that', async () => {
      const { user, session: old } = await registered(store());
      const bystander = await signedIn(store(), user);
      expect(await signIn(user.id, original, old.id).outcome).toBe('signed_in');
      expect(await sessionRow(store(), old.id)).toMatchObject({
        endedAt: now.getTime(),
        endReason: 'replaced',
        version: 1,
      });
      expect((await sessionRow(store(), bystander.id)).endedAt).toBeNull();
    });
  });

  describe('changePassword', () => {
    test('ends every session and begins a new one under the new epoch', async () => {
      const { user, session: first } = await registered(store());
      const second = await signedIn(store(), user);
      const { session, outcome } = changePassword(first, original);
      expect(await outcome).toBe('changed');
      expect(await store().findUser(user.id)).toMatchObject({ passwordHash: 'hash-1', epoch: 1 });
      const ended = { endedAt: later(1000).getTime(), endReason: 'password_changed', version: 1 };
      expect(await sessionRow(store(), first.id)).toMatchObject(ended);
      expect(await sessionRow(store(), second.id)).toMatchObject(ended);
      expect(await sessionRow(store(), session.id)).toMatchObject({ endedAt: null, userEpoch: 1, version: 0 });
      expect(await eventTypes(store(), user.id)).toEqual(['password_changed', 'signed_in', 'signed_up']);
    });

    test("leaves other users' sessions and earlier reasons alone", async () => {
      const { user, session } = await registered(store());
      const { session: foreign } = await registered(store());
      const asking = await signedIn(store(), user);
      await store().endOwnSession(user.id, session.id, anEvent(user.id));
      await changePassword(asking, original).outcome;
      expect((await sessionRow(store(), foreign.id)).endedAt).toBeNull();
      expect((await sessionRow(store(), session.id)).endReason).toBe('ended_elsewhere');
    });

    test.each([
      ['hash', { ...original, passwordHash: 'another' }],
      ['epoch', { ...original, epoch: 7 }],
    ])('with a stale %s writes nothing', async (_, credentials) => {
      const { user, session: old } = await registered(store());
      const { session, outcome } = changePassword(old, credentials);
      expect(await outcome).toBe('stale');
      expect(await store().findUser(user.id)).toMatchObject(original);
      expect(await store().findSession(session.id)).toBeNull();
      expect((await sessionRow(store(), old.id)).endedAt).toBeNull();
      expect(await eventTypes(store(), user.id)).toEqual(['signed_up']);
    });

    test('from a session that was ended meanwhile writes nothing', async () => {
      const { user, session: asking } = await registered(store());
      await store().endOwnSession(user.id, asking.id, anEvent(user.id));
      const { session, outcome } = changePassword(asking, original);
      expect(await outcome).toBe('stale');
      expect(await store().findUser(user.id)).toMatchObject(original);
      expect(await store().findSession(session.id)).toBeNull();
    });

    test('of ten in parallel one succeeds, and its session alone lives', async () => {
      const { user, session: asking } = await registered(store());
      const all = await inParallel(10, async (i) => {
        const { session, outcome } = changePassword(asking, original, `hash-1-${i}`);
        return { id: session.id, outcome: await outcome };
      });
      const winners = all.filter(({ outcome }) => outcome === 'changed');
      const living = await store().listSessions(user.id, now, 1);
      expect(winners).toHaveLength(1);
      expect(living.map(({ id }) => id)).toEqual(winners.map(({ id }) => id));
    });

    test('and what ends the session that asks, at the same moment, do not both succeed', async () => {
      for (let round = 0; round < 20; round++) {
        const { user, session: asking } = await registered(store());
        const replacing = () => signIn(user.id, original, asking.id).outcome;
        const ending = () => store().endOwnSession(user.id, asking.id, anEvent(user.id));
        const change = () => changePassword(asking, original).outcome;
        const outcomes = await Promise.all([change(), round % 2 === 0 ? replacing() : ending()]);
        expect(['changed,stale', 'stale,signed_in', 'changed,false', 'stale,true']).toContain(outcomes.join());
      }
    });

    test('a sign-in with the old password at the same moment leaves no living session', async () => {
      const { user, session: asking } = await registered(store());
      const change = changePassword(asking, original);
      const attempts = Array.from({ length: 10 }, () => signIn(user.id, original));
      await Promise.all([change.outcome, ...attempts.map(({ outcome }) => outcome)]);
      const living = await store().listSessions(user.id, now, 1);
      expect(living.map(({ id }) => id)).toEqual([change.session.id]);
    });
  });
}
