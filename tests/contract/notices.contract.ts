import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { NewSecurityEvent } from '#db/store/activity.ts';
import type { Store } from '#db/store/store.ts';
import { noticeLimit } from '#lib/core/policy.ts';
import { aLink, anEvent, aUser, begin, hour, inParallel, later, now, original, registered } from './fixtures.ts';

const day = 24 * hour;

export function noticeContract(store: () => Store): void {
  const notices = () => store().listMails(['waiting'], 100);
  const told = (userId: string, over: Partial<NewSecurityEvent> = {}) =>
    anEvent(userId, { type: 'password_reset', noticeId: randomUUID(), ...over });

  describe('a notice', () => {
    test('is written with its event, to the address of the account', async () => {
      const { user } = await registered(store());
      const event = told(user.id, { at: later(1), ip: '192.0.2.0', userAgent: null });
      const { noticeId, ...row } = event;
      await store().setPassword(user.id, 'hash-1', event);
      expect(await notices()).toEqual([
        {
          ...{ id: noticeId, kind: 'notice', userId: user.id, recipient: user.email, linkId: null, signUpId: null },
          ...{ emailChangeId: null, detail: null },
          ...{ eventType: 'password_reset', at: later(1), userAgent: null, ip: '192.0.2.0' },
          ...{ state: 'waiting', attempts: 0, dueAt: later(1), expiresAt: later(day + 1), smtpCode: null },
          purgeAt: later(7 * day + 1),
        },
      ]);
      const { items } = await store().listSecurityEvents(user.id, { page: 1, size: 1 });
      expect(items).toEqual([row]);
    });

    test('goes to the address that the account has by the other writes of the event', async () => {
      const user = aUser();
      const basis = { kind: 'new_account', user } as const;
      await begin(store(), user.id, basis, { event: told(user.id, { type: 'signed_up' }) }).outcome;
      expect(await notices()).toMatchObject([{ userId: user.id, recipient: user.email, eventType: 'signed_up' }]);
    });

    test('is written by whatever writes an event with one', async () => {
      const { user, session } = await registered(store());
      const shown = { kind: 'credentials', shown: original } as const;
      const others = [];
      for (let count = 0; count < 2; count++) {
        const { session: other, outcome } = begin(store(), user.id, shown, { event: told(user.id) });
        expect(await outcome).toBe('begun');
        others.push(other.id);
      }
      await store().endByVersion(session.id, 0, 'reuse', told(user.id, { type: 'refresh_reuse' }));
      const { userId: _, sessionId: __, ...signedOut } = told(user.id, { type: 'signed_out' });
      await store().endSession(others[0] ?? '', 'signed_out', signedOut);
      await store().endOwnSession(user.id, others[1] ?? '', told(user.id, { type: 'session_ended' }));
      await store().endAllSessions(user.id, null, told(user.id, { type: 'signed_out_everywhere' }));
      const types = (await notices()).map(({ eventType, userId }) => userId === user.id && eventType);
      expect(types.sort()).toEqual([
        ...['password_reset', 'password_reset', 'refresh_reuse', 'session_ended', 'signed_out'],
        'signed_out_everywhere',
      ]);
    });

    test('of an account that will be deleted is written each time: ten do not silence the eleventh', async () => {
      const { user } = await registered(store());
      for (let count = 0; count <= noticeLimit.count; count++)
        await store().setPassword(user.id, 'hash-1', told(user.id, { type: 'account_closing' }));
      expect(await notices()).toHaveLength(noticeLimit.count + 1);
    });

    test('is not written with an event that is not', async () => {
      const { user, session } = await registered(store());
      const shown = { ...original, epoch: 7 };
      const link = aLink(user.id);
      const refused = [
        await begin(store(), user.id, { kind: 'credentials', shown }, { event: told(user.id) }).outcome,
        await store().endByVersion(session.id, 7, 'reuse', told(user.id)),
        await store().endOwnSession(user.id, 'another', told(user.id)),
        await store().createUser({ ...aUser(), email: user.email }, told('another')),
        await store().redeemPasswordLink({ link, passwordHash: 'hash-1', event: told(user.id), proof: null }),
      ];
      expect(refused).toEqual(['refused', false, false, 'email_taken', 'void']);
      expect(await notices()).toEqual([]);
    });

    test('is not written for an event without one', async () => {
      const { user } = await registered(store());
      await store().setPassword(user.id, 'hash-1', anEvent(user.id, { type: 'password_reset' }));
      expect(await notices()).toEqual([]);
    });

    test('is one of so many at most in an hour, of each event and for each person', async () => {
      const { user } = await registered(store());
      const { user: other } = await registered(store());
      const tell = (over: Partial<NewSecurityEvent> = {}, userId = user.id) =>
        store().setPassword(userId, 'hash-1', told(userId, over));
      for (let count = 0; count < noticeLimit.count + 2; count++) await tell();
      expect(await notices()).toHaveLength(noticeLimit.count);
      await tell({ type: 'password_changed' });
      await tell({}, other.id);
      expect(await notices()).toHaveLength(noticeLimit.count + 2);
      await tell({ at: later(hour - 1) });
      expect(await notices()).toHaveLength(noticeLimit.count + 2);
      await tell({ at: later(hour) });
      expect(await notices()).toHaveLength(noticeLimit.count + 3);
      expect((await store().listSecurityEvents(user.id, { page: 1, size: 1 })).total).toBe(noticeLimit.count + 6);
    });

    test('is one of so many at most where they come at once', async () => {
      const { user } = await registered(store());
      const shown = { kind: 'credentials', shown: original } as const;
      const signIn = () => begin(store(), user.id, shown, { event: told(user.id, { type: 'signed_in', at: now }) });
      for (let count = 2; count < noticeLimit.count; count++) await signIn().outcome;
      expect(await notices()).toHaveLength(noticeLimit.count - 2);
      const outcomes = await inParallel(5, () => signIn().outcome);
      expect(new Set(outcomes)).toEqual(new Set(['begun']));
      expect(await notices()).toHaveLength(noticeLimit.count);
    });
  });
}
