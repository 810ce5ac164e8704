import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Store } from '#db/store/store.ts';
import {
  aClaimedMail,
  aLast,
  aLink,
  anEvent,
  aSuccessor,
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

const day = 24 * hour;

export function leavingContract(store: () => Store): void {
  const close = (userId: string, askingSessionId: string | null, over = {}) => {
    const event = anEvent(userId, { type: 'account_closing', ...over });
    return store().closeAccount({ userId, askingSessionId, deletesAt: later(day), event });
  };
  const isKept = async (userId: string) => (await store().findUser(userId))?.deletesAt === null;
  /** Signs in as who has read, along with the credentials, that the account is to be deleted. */
  const keep = (userId: string, epoch = 1) => {
    const kept = anEvent(userId, { type: 'account_kept', noticeId: randomUUID() });
    return begin(store(), userId, { kind: 'credentials', shown: { ...original, epoch }, kept });
  };
  const mailsOf = async (userId: string) =>
    (await store().listMails(['waiting'], 100)).filter((mail) => mail.userId === userId);

  describe('closing an account', () => {
    test('sets its time, ends every session, voids what sets a password or an address, and logs', async () => {
      const { user, session } = await registered(store());
      const second = await signedIn(store(), user);
      const successor = await aSuccessor(store(), session);
      const links = [aLink(user.id), aLink(user.id, { kind: 'undo', email: 'old@example.org' })] as const;
      await store().addOperatorLink(links[0]);
      const detail = { noticeId: randomUUID(), noticeDetail: later(day).toISOString() };
      expect(await close(user.id, session.id, { ...detail, at: later(5) })).toBe(true);
      expect(await store().findUser(user.id)).toMatchObject({ deletesAt: later(day), epoch: 1, credentialVersion: 0 });
      for (const { id } of [session, second, successor])
        expect(await sessionRow(store(), id)).toMatchObject({
          endReason: 'account_closed',
          endedAt: later(5).getTime(),
        });
      expect(await store().findMailLink(links[0].id, now)).toBeNull();
      expect(await eventTypes(store(), user.id)).toEqual(['account_closing', 'signed_in', 'signed_up']);
      expect(await mailsOf(user.id)).toMatchObject([
        { eventType: 'account_closing', detail: later(day).toISOString(), recipient: user.email },
      ]);
    });

    test('takes a session of the user that lives, or an operator, and an account that is not closed yet', async () => {
      const { user, session } = await registered(store());
      const { session: others } = await registered(store());
      await store().endOwnSession(user.id, session.id, anEvent(user.id));
      for (const asking of [session.id, others.id, randomUUID()]) expect(await close(user.id, asking)).toBe(false);
      const idle = await signedIn(store(), user);
      expect(await close(user.id, idle.id, { at: later(hour) })).toBe(false);
      expect(await store().findUser(user.id)).toMatchObject({ deletesAt: null, epoch: 0 });
      expect(await eventTypes(store(), user.id)).not.toContain('account_closing');
      expect(await close(user.id, null)).toBe(true);
      expect(await close(user.id, null)).toBe(false);
      expect(await store().findUser(user.id)).toMatchObject({ epoch: 1 });
      expect(await close(randomUUID(), null)).toBe(false);
    });

    test('by ten at once happens once', async () => {
      const { user, session } = await registered(store());
      const closed = await inParallel(10, () => close(user.id, session.id));
      expect(closed.filter(Boolean)).toHaveLength(1);
      expect((await store().findUser(user.id))?.epoch).toBe(1);
    });

    test('refuses a sign-in that had read the account before', async () => {
      const { user, session } = await registered(store());
      await close(user.id, session.id);
      expect(await begin(store(), user.id, { kind: 'credentials', shown: original }).outcome).toBe('refused');
      expect(await isKept(user.id)).toBe(false);
    });
  });

  describe('a sign-in', () => {
    test('keeps the account, with an event and a notice', async () => {
      const { user, session } = await registered(store());
      await close(user.id, session.id);
      const { session: kept, outcome } = keep(user.id);
      expect(await outcome).toBe('begun');
      expect(await store().findUser(user.id)).toMatchObject({ deletesAt: null, epoch: 1 });
      expect(await sessionRow(store(), kept.id)).toMatchObject({ endedAt: null, userEpoch: 1 });
      expect(await sessionRow(store(), session.id)).toMatchObject({ endReason: 'account_closed' });
      expect(await eventTypes(store(), user.id)).toEqual([
        ...['account_closing', 'account_kept', 'signed_in', 'signed_up'],
      ]);
      expect(await mailsOf(user.id)).toMatchObject([{ eventType: 'account_kept' }]);
    });

    test('of ten that keep it at once one does; the others must look again', async () => {
      const { user, session } = await registered(store());
      await close(user.id, session.id);
      const outcomes = await inParallel(10, () => keep(user.id).outcome);
      expect(outcomes.filter((outcome) => outcome === 'begun')).toHaveLength(1);
      expect((await eventTypes(store(), user.id)).filter((type) => type === 'account_kept')).toHaveLength(1);
      expect(await mailsOf(user.id)).toHaveLength(1);
    });

    test('with credentials from before keeps nothing', async () => {
      const { user, session } = await registered(store());
      await close(user.id, session.id);
      expect(await keep(user.id, 0).outcome).toBe('refused');
      expect(await isKept(user.id)).toBe(false);
      expect(await mailsOf(user.id)).toEqual([]);
    });
  });

  describe('deleting an account', () => {
    test('deletes all that is its own and nothing else, and writes the last mail', async () => {
      const { user, session } = await registered(store());
      const { user: other, session: kept } = await registered(store());
      const links = [aLink(user.id), aLink(other.id)] as const;
      for (const link of links) await store().addOperatorLink(link);
      const last = aLast({ noticeId: randomUUID(), at: later(5) });
      expect(await store().deleteAccount(user, session.id, last)).toBe(true);
      expect(await store().deleteAccount(user, null, aLast({ noticeId: randomUUID() }))).toBe(false);
      expect(await store().findUser(user.id)).toBeNull();
      expect(await store().findSession(session.id)).toBeNull();
      expect(await store().findMailLink(links[0].id, now)).toBeNull();
      expect(await eventTypes(store(), user.id)).toEqual([]);
      expect(await store().findUser(other.id)).not.toBeNull();
      expect(await store().findSession(kept.id)).not.toBeNull();
      expect(await store().findMailLink(links[1].id, now)).not.toBeNull();
      expect(await mailsOf(user.id)).toMatchObject([
        { id: last.noticeId, eventType: 'account_deleted', kind: 'notice', recipient: user.email, at: later(5) },
      ]);
    });

    test('deletes no mail: each goes to the address in its row', async () => {
      const { user } = await registered(store());
      const mail = await aClaimedMail(store(), { recipient: user.email });
      const link = aLink(user.id, { kind: 'reset', email: user.email });
      expect(await store().linkMail(mail, link, now)).toBe(true);
      const noticeId = randomUUID();
      await store().setPassword(user.id, 'hash-1', anEvent(user.id, { type: 'password_changed', noticeId }));
      expect(await store().deleteAccount(user, null, aLast())).toBe(true);
      expect(await store().findMailLink(link.id, now)).toBeNull();
      for (const id of [mail.id, noticeId])
        expect(await store().findMail(id)).toMatchObject({ recipient: user.email, userId: user.id, state: 'waiting' });
    });

    test('takes its present address, and a session that lives', async () => {
      const { user, session } = await registered(store());
      const last = aLast({ noticeId: randomUUID() });
      expect(await store().deleteAccount({ ...user, email: 'other@example.org' }, session.id, last)).toBe(false);
      await store().endOwnSession(user.id, session.id, anEvent(user.id));
      expect(await store().deleteAccount(user, session.id, last)).toBe(false);
      expect(await store().findUser(user.id)).not.toBeNull();
      expect(await mailsOf(user.id)).toEqual([]);
    });

    test('waits until nobody can take the address back', async () => {
      const { user, session } = await registered(store());
      // Stored as a link of its own kind: a link replaces the earlier ones of its kind alone.
      const undo = aLink(user.id, { kind: 'undo', email: 'old@example.org', expiresAt: later(9 * day) });
      await store().addOperatorLink(undo);
      expect(await store().findUndoEnd(user.id, now)).toEqual(later(9 * day));
      expect(await store().deleteAccount(user, session.id, aLast())).toBe(false);
      await close(user.id, session.id);
      expect(await store().findMailLink(undo.id, now)).not.toBeNull();
      expect(await store().deleteDueAccount(aLast({ at: later(8 * day) }))).toBeNull();
      expect(await store().findUndoEnd(user.id, later(9 * day))).toBeNull();
      expect(await store().deleteDueAccount(aLast({ at: later(9 * day) }))).toBe(user.id);
    });
  });

  describe('an account whose time has come', () => {
    test('is deleted, the earliest first, with its last mail; any other stays', async () => {
      const all = await Promise.all(['second', 'first', 'later', 'kept'].map(() => registered(store())));
      const [second, first, laterOne, kept] = all.map(({ user }) => user);
      for (const [user, at] of [
        [second, 2 * hour],
        [first, hour],
        [laterOne, 4 * hour],
      ] as const) {
        const event = anEvent(user?.id ?? '', { type: 'account_closing' });
        await store().closeAccount({ userId: event.userId, askingSessionId: null, deletesAt: later(at), event });
      }
      const take = () => store().deleteDueAccount(aLast({ at: later(3 * hour), noticeId: randomUUID() }));
      expect([await take(), await take(), await take()]).toEqual([first?.id, second?.id, null]);
      expect(await mailsOf(first?.id ?? '')).toMatchObject([{ eventType: 'account_deleted', recipient: first?.email }]);
      for (const user of [laterOne, kept]) {
        expect(await store().findUser(user?.id ?? '')).not.toBeNull();
        expect(await mailsOf(user?.id ?? '')).toEqual([]);
      }
    });

    test('is deleted once by many at once, with one last mail', async () => {
      const { user, session } = await registered(store());
      await close(user.id, session.id);
      const taken = await inParallel(8, () =>
        store().deleteDueAccount(aLast({ at: later(2 * day), noticeId: randomUUID() })),
      );
      expect(taken.filter((id) => id !== null)).toEqual([user.id]);
      expect(await mailsOf(user.id)).toHaveLength(1);
    });

    test('is either kept by a sign-in of that moment, with all that is in it, or gone, and never in part', async () => {
      const seen = new Set<boolean>();
      for (let round = 0; round < 24; round++) {
        const { user, session } = await registered(store());
        await close(user.id, session.id);
        // The one or the other has a head start, of as long as some reads take.
        const afterReads = async <T>(work: () => Promise<T>, isFirst: boolean) => {
          for (let reads = 0; !isFirst && reads < round / 4; reads++) await store().findUser(user.id);
          return work();
        };
        const takes = () => store().deleteDueAccount(aLast({ at: later(2 * day), noticeId: randomUUID() }));
        const [deleted, outcomes] = await Promise.all([
          afterReads(() => inParallel(2, takes), round % 2 === 0),
          afterReads(() => inParallel(3, () => keep(user.id).outcome), round % 2 === 1),
        ]);
        const isDeleted = deleted.includes(user.id);
        seen.add(isDeleted);
        expect(outcomes.filter((outcome) => outcome === 'begun')).toHaveLength(isDeleted ? 0 : 1);
        expect((await store().findUser(user.id)) === null).toBe(isDeleted);
        expect((await store().findSession(session.id)) === null).toBe(isDeleted);
        const types = await eventTypes(store(), user.id);
        expect(types).toEqual(isDeleted ? [] : ['account_closing', 'account_kept', 'signed_in', 'signed_up']);
        const told = (await mailsOf(user.id)).map(({ eventType }) => eventType);
        expect(told).toEqual([isDeleted ? 'account_deleted' : 'account_kept']);
      }
      expect(seen).toEqual(new Set([true, false]));
    });
  });
}
