import { describe, expect, test } from 'vitest';
import type { CredentialState } from '#db/store/accounts.ts';
import type { NewSession } from '#db/store/sessions.ts';
import type { Store } from '#db/store/store.ts';
import {
  anEvent,
  asStored,
  aUser,
  begin,
  eventTypes,
  inParallel,
  later,
  now,
  original,
  registered,
  sessionRow,
  signedIn,
} from './fixtures.ts';

export function beginContract(store: () => Store): void {
  function register(email: string, endSessionId: string | null = null) {
    const user = aUser({ email });
    const basis = { kind: 'new_account', user } as const;
    return { user, ...begin(store(), user.id, basis, { endSessionId, event: { type: 'signed_up' } }) };
  }
  function signIn(userId: string, shown: CredentialState, endSessionId: string | null = null) {
    return begin(store(), userId, { kind: 'credentials', shown }, { endSessionId });
  }
  function changePassword(
    { id: askingSessionId, userId }: NewSession,
    shown: CredentialState,
    passwordHash = 'hash-1',
  ) {
    const basis = { kind: 'new_password', shown, askingSessionId, passwordHash } as const;
    return begin(store(), userId, basis, { over: { createdAt: later(1000) }, event: { type: 'password_changed' } });
  }

  describe('a session on a new account', () => {
    test('makes the user, its session and an event', async () => {
      const { user, session, outcome } = register('ada@example.org');
      expect(await outcome).toBe('begun');
      expect(await store().findUserByEmail('ada@example.org')).toEqual(asStored(user));
      expect(await sessionRow(store(), session.id)).toMatchObject({ userId: user.id, head: 0, userEpoch: 0 });
      expect(await eventTypes(store(), user.id)).toEqual(['signed_up']);
    });

    test('a taken address writes nothing, and leaves the session that it would replace', async () => {
      const { session: bystander } = await registered(store());
      await register('ada@example.org').outcome;
      const second = register('ada@example.org', bystander.id);
      expect(await second.outcome).toBe('refused');
      expect(await store().findUser(second.user.id)).toBeNull();
      expect(await store().findSession(second.session.id)).toBeNull();
      expect(await eventTypes(store(), second.user.id)).toEqual([]);
      expect((await sessionRow(store(), bystander.id)).endedAt).toBeNull();
    });

    test('twenty parallel registrations of one address make one account', async () => {
      const all = Array.from({ length: 20 }, () => register('ada@example.org'));
      const outcomes = await Promise.all(all.map(({ outcome }) => outcome));
      expect(outcomes.filter((outcome) => outcome === 'begun')).toHaveLength(1);
      const sessions = await Promise.all(all.map(({ session }) => store().findSession(session.id)));
      expect(sessions.filter((found) => found !== null)).toHaveLength(1);
    });

    test("ends the session that the browser had, whoever's it was", async () => {
      const { session: old } = await registered(store());
      expect(await register('ada@example.org', old.id).outcome).toBe('begun');
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

  describe('a session on shown credentials', () => {
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
      ['credential version', { ...original, credentialVersion: 1 }],
      ['epoch', { ...original, epoch: 1 }],
    ])('with a stale %s writes nothing', async (_, credentials) => {
      const { user, session: old } = await registered(store());
      const { session, outcome } = signIn(user.id, credentials, old.id);
      expect(await outcome).toBe('refused');
      expect(await store().findSession(session.id)).toBeNull();
      expect((await sessionRow(store(), old.id)).endedAt).toBeNull();
      expect(await eventTypes(store(), user.id)).toEqual(['signed_up']);
    });

    test('compares the credentials with those of its own user', async () => {
      const { user } = await registered(store());
      const { user: other } = await registered(store());
      await store().setPassword(user.id, 'hash-1', anEvent(user.id));
      expect(await signIn(user.id, original).outcome).toBe('refused');
      expect(await signIn(other.id, original).outcome).toBe('begun');
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
      expect(await signIn(user.id, original, old.id).outcome).toBe('begun');
      expect(await sessionRow(store(), old.id)).toMatchObject({
        endedAt: now.getTime(),
        endReason: 'replaced',
        version: 1,
      });
      expect((await sessionRow(store(), bystander.id)).endedAt).toBeNull();
    });
  });

  describe('a session on a new password', () => {
    test('ends every session and begins a new one under the new epoch', async () => {
      const { user, session: first } = await registered(store());
      const second = await signedIn(store(), user);
      const { session, outcome } = changePassword(first, original);
      expect(await outcome).toBe('begun');
      expect(await store().findUser(user.id)).toMatchObject({ passwordHash: 'hash-1', credentialVersion: 1, epoch: 1 });
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
      ['credential version', { ...original, credentialVersion: 7 }],
      ['epoch', { ...original, epoch: 7 }],
    ])('with a stale %s writes nothing', async (_, credentials) => {
      const { user, session: old } = await registered(store());
      const { session, outcome } = changePassword(old, credentials);
      expect(await outcome).toBe('refused');
      expect(await store().findUser(user.id)).toEqual(asStored(user));
      expect(await store().findSession(session.id)).toBeNull();
      expect((await sessionRow(store(), old.id)).endedAt).toBeNull();
      expect(await eventTypes(store(), user.id)).toEqual(['signed_up']);
    });

    test('from a session that was ended meanwhile writes nothing', async () => {
      const { user, session: asking } = await registered(store());
      await store().endOwnSession(user.id, asking.id, anEvent(user.id));
      const { session, outcome } = changePassword(asking, original);
      expect(await outcome).toBe('refused');
      expect(await store().findUser(user.id)).toEqual(asStored(user));
      expect(await store().findSession(session.id)).toBeNull();
    });

    test('of ten in parallel one succeeds, and its session alone lives', async () => {
      const { user, session: asking } = await registered(store());
      const all = await inParallel(10, async (i) => {
        const { session, outcome } = changePassword(asking, original, `hash-1-${i}`);
        return { id: session.id, outcome: await outcome };
      });
      const winners = all.filter(({ outcome }) => outcome === 'begun');
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
        expect(['begun,refused', 'refused,begun', 'begun,false', 'refused,true']).toContain(outcomes.join());
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
