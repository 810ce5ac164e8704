import { describe, expect, test } from 'vitest';
import type { Store } from '#db/store/store.ts';
import { aChange, aMail, anEvent, inParallel, later, now, registered, sessionRow, signedIn } from './fixtures.ts';

export function purgeContract(store: () => Store): void {
  describe('purge', () => {
    test('deletes sessions that ended before a moment, and no other', async () => {
      const { user, session: ended } = await registered(store());
      const endedLater = await signedIn(store(), user);
      const living = await signedIn(store(), user);
      await store().endOwnSession(user.id, ended.id, anEvent(user.id, { at: later(10) }));
      await store().endOwnSession(user.id, endedLater.id, anEvent(user.id, { at: later(20) }));
      expect(await store().purge('ended_sessions', later(20), 10)).toBe(1);
      expect(await store().findSession(ended.id)).toBeNull();
      expect(await sessionRow(store(), endedLater.id)).toMatchObject({ endReason: 'ended_elsewhere' });
      expect(await sessionRow(store(), living.id)).toMatchObject({ endedAt: null });
    });

    test('deletes sessions whose last day was before a moment, ended or not', async () => {
      const { user, session } = await registered(store(), { expiresAt: later(10).getTime() });
      const longer = await signedIn(store(), user, { expiresAt: later(20).getTime() });
      expect(await store().purge('expired_sessions', later(20), 10)).toBe(1);
      expect(await store().findSession(session.id)).toBeNull();
      expect(await store().findSession(longer.id)).not.toBeNull();
    });

    test('deletes limits whose window is over, and leaves the count of the others', async () => {
      await store().hit('short', 1, now);
      await store().hit('long', 60, now);
      expect(await store().purge('rate_limits', later(30_000), 10)).toBe(1);
      expect((await store().hit('long', 60, later(1000))).count).toBe(2);
      expect((await store().hit('short', 1, now)).count).toBe(1);
    });

    test('deletes events that are older than a moment', async () => {
      const { user } = await registered(store());
      const kept = anEvent(user.id, { at: later(20) });
      await store().addSecurityEvent(kept);
      expect(await store().purge('events', later(20), 10)).toBe(1);
      expect((await store().listSecurityEvents(user.id, { page: 1, size: 10 })).items).toEqual([kept]);
    });

    test('deletes changes of address whose time is over, and no other', async () => {
      const [over, waiting] = [await registered(store()), await registered(store())];
      const ask = async ({ user, session }: typeof over, expiresAt: Date) => {
        const change = aChange(user.id, { expiresAt });
        const codeMail = aMail({ kind: 'email_code', recipient: change.email });
        await store().askEmailChange({ change, sessionId: session.id, codeMail, told: null });
      };
      await ask(over, later(10));
      await ask(waiting, later(20));
      expect(await store().purge('email_changes', later(20), 10)).toBe(1);
      expect(await store().findEmailChange(over.user.id, now)).toBeNull();
      expect(await store().findEmailChange(waiting.user.id, now)).not.toBeNull();
    });

    test('takes the oldest first and no more than it may', async () => {
      const { user } = await registered(store());
      for (let index = 1; index <= 5; index++) await store().addSecurityEvent(anEvent(user.id, { at: later(index) }));
      expect(await store().purge('events', later(100), 4)).toBe(4);
      const { items } = await store().listSecurityEvents(user.id, { page: 1, size: 10 });
      expect(items.map(({ at }) => at)).toEqual([later(5), later(4)]);
      expect(await store().purge('events', later(100), 4)).toBe(2);
      expect(await store().purge('events', later(100), 4)).toBe(0);
    });

    test('by several at once deletes each row once', async () => {
      const { user } = await registered(store());
      await inParallel(20, (index) => store().addSecurityEvent(anEvent(user.id, { at: later(index + 1) })));
      const deleted = await inParallel(5, () => store().purge('events', later(100), 4));
      const { total } = await store().listSecurityEvents(user.id, { page: 1, size: 1 });
      expect(total).toBe(21 - deleted.reduce((sum, count) => sum + count, 0));
    });
  });
}
