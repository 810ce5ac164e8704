import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { NewSession, NewSuccessor } from '#db/store/sessions.ts';
import type { Store } from '#db/store/store.ts';
import {
  anEvent,
  aRotation,
  aSession,
  begin,
  eventTypes,
  hour,
  inParallel,
  later,
  now,
  original,
  registered,
  sessionRow,
  signedIn,
} from './fixtures.ts';

export function successorContract(store: () => Store): void {
  const endOf = async ({ id }: NewSession) => (await sessionRow(store(), id)).endReason;
  const use = ({ id }: NewSession) => store().confirm(id, 0, later(2000), later(hour));

  function successorOf(session: NewSession, over: Partial<NewSession> = {}): NewSuccessor {
    return { ...aSession(session.userId, { lastUsedAt: later(1000), ...over }), replaces: session.id };
  }

  /** A user's session, and what was added to take its place. */
  async function succeeded(count = 1) {
    const { user, session } = await registered(store());
    const successors = Array.from({ length: count }, () => successorOf(session));
    for (const one of successors) expect(await store().addSuccessor(one, original, null)).toBe('added');
    const [successor = successorOf(session)] = successors;
    return { user, session, successor, successors };
  }

  describe('a successor', () => {
    test('begins at generation 0, at its own time, and ends nothing yet', async () => {
      const { session } = await registered(store());
      const authTime = later(1000);
      const successor = successorOf(session, { authTime, amr: 'pwd otp mfa' });
      expect(await store().addSuccessor(successor, original, null)).toBe('added');
      expect(await sessionRow(store(), successor.id)).toMatchObject({
        ...{ head: 0, parent: null, confirmedAt: null, exchangedAt: later(1000).getTime(), userEpoch: 0 },
        ...{ authTime, amr: 'pwd otp mfa', replaces: session.id, createdAt: now },
      });
      expect(await endOf(session)).toBeNull();
    });

    test.each<[string, (successor: NewSession) => Promise<boolean>]>([
      ['access', use],
      ['refresh', ({ id }) => store().advance(id, 0, aRotation(0))],
    ])('ends what it replaces, and the other successors, by its first %s', async (_kind, firstUse) => {
      const { user, session, successors } = await succeeded(3);
      const [one, other, third] = successors;
      const elsewhere = await signedIn(store(), user);
      if (!one || !other || !third) throw new Error('There are three.');
      expect(await firstUse(other)).toBe(true);
      expect(await Promise.all([session, one, third].map(endOf))).toEqual(['replaced', 'replaced', 'replaced']);
      expect(await Promise.all([other, elsewhere].map(endOf))).toEqual([null, null]);
      expect(await use(one)).toBe(false);
    });

    test('is used first once, of ten at once', async () => {
      const { session, successor } = await succeeded();
      const all = await inParallel(10, () => use(successor));
      expect(all.filter(Boolean)).toHaveLength(1);
      expect(await sessionRow(store(), session.id)).toMatchObject({ endReason: 'replaced', version: 1 });
    });

    test('of two that are used at once one lives, and nothing that they replace', async () => {
      const { session, successors } = await succeeded(2);
      const used = await Promise.all(successors.map(use));
      expect(used.filter(Boolean)).toHaveLength(1);
      const ends = await Promise.all(successors.map(endOf));
      expect(ends).toEqual(used.map((isUsed) => (isUsed ? null : 'replaced')));
      expect(await endOf(session)).toBe('replaced');
    });

    test('is written with its event and the notice of it, or neither is', async () => {
      const { user, session } = await registered(store());
      const add = (shown = original) => {
        const successor = successorOf(session);
        const about = { sessionId: successor.id, method: 'password', noticeId: randomUUID(), at: later(1000) };
        return store().addSuccessor(successor, shown, null, { event: anEvent(user.id, about) });
      };
      const written = async () => [
        await eventTypes(store(), user.id),
        (await store().listMails(['waiting'], 100)).map(({ eventType }) => eventType),
      ];
      expect(await add({ ...original, epoch: 1 })).toBe('refused');
      expect(await written()).toEqual([['signed_up'], []]);
      expect(await add()).toBe('added');
      expect(await written()).toEqual([['signed_in', 'signed_up'], ['signed_in']]);
    });

    test('is refused for credentials that have changed, another person’s session and one that is over', async () => {
      const { user, session } = await registered(store());
      const { user: stranger } = await registered(store());
      const tries: [NewSuccessor, typeof original][] = [
        [successorOf(session), { ...original, credentialVersion: 1 }],
        [successorOf(session), { ...original, epoch: 1 }],
        [{ ...successorOf(session), userId: stranger.id }, original],
        [successorOf(session, { lastUsedAt: later(2 * hour) }), original],
      ];
      for (const [one, shown] of tries) expect(await store().addSuccessor(one, shown, null)).toBe('refused');
      await store().endOwnSession(user.id, session.id, anEvent(user.id));
      expect(await store().addSuccessor(successorOf(session), original, null)).toBe('refused');
      expect(await store().listSessions(user.id, now, 0)).toEqual([]);
    });
  });

  describe('until its first use, a successor and what it replaces', () => {
    const event = (type: 'signed_out' | 'refresh_reuse') => {
      const { userId: _, sessionId: __, ...rest } = anEvent('', { type, at: later(2000) });
      return rest;
    };
    type Pair = Awaited<ReturnType<typeof succeeded>>;

    test.each<[string, (pair: Pair) => Promise<unknown>]>([
      ['the old one is signed out', ({ session }) => store().endSession(session.id, 'signed_out', event('signed_out'))],
      ['it is signed out', ({ successor }) => store().endSession(successor.id, 'signed_out', event('signed_out'))],
      [
        'the old one is ended elsewhere',
        ({ user, session }) => store().endOwnSession(user.id, session.id, anEvent(user.id, { at: later(2000) })),
      ],
      [
        'it is ended elsewhere',
        ({ user, successor }) => store().endOwnSession(user.id, successor.id, anEvent(user.id, { at: later(2000) })),
      ],
      [
        'a token of the old one comes twice',
        ({ user, session }) => store().endByVersion(session.id, 0, 'reuse', anEvent(user.id, { at: later(2000) })),
      ],
      [
        'the browser signs in again',
        ({ user, session }) =>
          begin(store(), user.id, { kind: 'credentials', shown: original }, { endSessionId: session.id }).outcome,
      ],
      [
        'the browser signs in again with the new cookie',
        ({ user, successor }) =>
          begin(store(), user.id, { kind: 'credentials', shown: original }, { endSessionId: successor.id }).outcome,
      ],
    ])('end together when %s', async (_how, end) => {
      const pair = await succeeded(2);
      await end(pair);
      const ends = await Promise.all([pair.session, ...pair.successors].map(endOf));
      expect(ends).not.toContain(null);
      expect(new Set(ends).size).toBe(1);
      expect(await use(pair.successor)).toBe(false);
    });

    test.each(['old one', 'new one'])('move to a new epoch together, whichever asks: the %s', async (which) => {
      const { user, session, successor } = await succeeded();
      const elsewhere = await signedIn(store(), user);
      const asking = which === 'old one' ? session : successor;
      await store().endAllSessions(user.id, asking.id, anEvent(user.id, { at: later(2000) }));
      expect(await Promise.all([session, successor, elsewhere].map(endOf))).toEqual([
        null,
        null,
        'signed_out_everywhere',
      ]);
      expect(await use(successor)).toBe(true);
    });

    test('end together, or it takes the place, when a sign-out and its first use come at once', async () => {
      for (let round = 0; round < 10; round++) {
        const { session, successor } = await succeeded();
        const [isUsed] = await Promise.all([
          use(successor),
          store().endSession(session.id, 'signed_out', event('signed_out')),
        ]);
        expect(await Promise.all([session, successor].map(endOf))).toEqual(
          isUsed ? ['replaced', null] : ['signed_out', 'signed_out'],
        );
      }
    });

    test('leave none alive when it begins while the old one is signed out', async () => {
      for (let round = 0; round < 10; round++) {
        const { session } = await registered(store());
        const successor = successorOf(session);
        const [outcome] = await Promise.all([
          store().addSuccessor(successor, original, null),
          store().endSession(session.id, 'signed_out', event('signed_out')),
        ]);
        expect(await endOf(session)).toBe('signed_out');
        if (outcome === 'added') expect(await endOf(successor)).toBe('signed_out');
      }
    });
  });
}
