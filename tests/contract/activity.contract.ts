import { describe, expect, test } from 'vitest';
import type { NewSecurityEvent } from '#db/store/activity.ts';
import type { Store } from '#db/store/store.ts';
import { anEvent, later, now, registered } from './fixtures.ts';

export function activityContract(store: () => Store): void {
  describe('security events', () => {
    test('are listed by page, the newest first, for their own user', async () => {
      const { user } = await registered(store());
      const { user: stranger } = await registered(store());
      const failed = anEvent(user.id, { type: 'sign_in_failed', at: later(1), userAgent: null, ip: '192.0.2.0' });
      const ended = anEvent(user.id, { type: 'session_ended', at: later(2), sessionId: 'gone' });
      await store().addSecurityEvent(failed);
      await store().addSecurityEvent(ended);
      expect(await store().listSecurityEvents(user.id, { page: 1, size: 2 })).toEqual({
        items: [ended, failed],
        total: 3,
      });
      expect((await store().listSecurityEvents(user.id, { page: 2, size: 2 })).items).toHaveLength(1);
      expect(await store().listSecurityEvents(user.id, { page: 3, size: 2 })).toEqual({ items: [], total: 3 });
      expect((await store().listSecurityEvents(stranger.id, { page: 1, size: 2 })).total).toBe(1);
    });
  });

  describe('a security event', () => {
    test('keeps its method and who caused it, and has neither where it is older than the two', async () => {
      const { user } = await registered(store());
      const kinds = [
        { method: 'password', by: 'stranger' },
        { method: 'passkey', by: 'self' },
        { method: 'provider:acme', by: 'self' },
        { method: null, by: 'provider' },
        { method: null, by: 'operator' },
      ] as const;
      for (const [index, kind] of kinds.entries())
        await store().addSecurityEvent(anEvent(user.id, { ...kind, at: later(1 + index) }));
      const { method: _, by: __, ...old } = anEvent(user.id, { at: later(10) });
      await store().addSecurityEvent(old);
      const { items } = await store().listSecurityEvents(user.id, { page: 1, size: 6 });
      expect(items.map(({ method, by }) => ({ method, by }))).toEqual([
        { method: null, by: null },
        ...kinds.toReversed(),
      ]);
    });
  });

  describe('hasSignedInFrom', () => {
    test('knows the networks of sign-ins and the sign-up, of that account, since then', async () => {
      const { user } = await registered(store());
      const { user: stranger } = await registered(store());
      const network = '192.0.2.0';
      const from = (email: string, since = later(-1)) => store().hasSignedInFrom(email, network, since);
      await store().addSecurityEvent(anEvent(user.id, { type: 'sign_in_failed', ip: network }));
      await store().addSecurityEvent(anEvent(user.id, { type: 'signed_in', ip: '198.51.100.0' }));
      expect(await from(user.email)).toBe(false);
      await store().addSecurityEvent(anEvent(user.id, { type: 'signed_in', ip: network }));
      await store().addSecurityEvent(anEvent(stranger.id, { type: 'signed_up', ip: network }));
      expect([await from(user.email), await from(stranger.email)]).toEqual([true, true]);
      expect([await from(user.email, now), await from('nobody@example.org')]).toEqual([false, false]);
    });
  });

  describe('listSignInDevices', () => {
    test('lists each pair of browser and network of the sign-up and sign-ins once, since then, and nobody else’s', async () => {
      const { user } = await registered(store());
      const { user: stranger } = await registered(store());
      const add = (over: Partial<NewSecurityEvent>, userId = user.id) =>
        store().addSecurityEvent(anEvent(userId, { at: later(1), ...over }));
      await add({ userAgent: 'Phone', ip: '192.0.2.0' });
      await add({ userAgent: 'Phone', ip: '192.0.2.0', at: later(2) });
      await add({ userAgent: 'Phone', ip: '198.51.100.0' });
      await add({ userAgent: null, ip: '198.51.100.0' });
      await add({ type: 'sign_in_failed', userAgent: 'Guesser' });
      await add({ userAgent: 'Stranger' }, stranger.id);
      const devices = await store().listSignInDevices(user.id, now);
      expect(devices).toHaveLength(3);
      expect(devices).toEqual(
        expect.arrayContaining([
          { userAgent: 'Phone', ip: '192.0.2.0' },
          { userAgent: 'Phone', ip: '198.51.100.0' },
          { userAgent: null, ip: '198.51.100.0' },
        ]),
      );
      const withSignUp = await store().listSignInDevices(user.id, later(-1));
      expect(withSignUp).toHaveLength(4);
      expect(withSignUp).toContainEqual({ userAgent: 'Browser', ip: null });
    });

    test('lists those that were used last, where there are more than it may', async () => {
      const { user } = await registered(store());
      const all = Array.from({ length: 502 }, (_, index) => `Browser ${index}`);
      for (const [index, userAgent] of [...all, 'Browser 0'].entries())
        await store().addSecurityEvent(anEvent(user.id, { userAgent, at: later(1 + index) }));
      const listed = await store().listSignInDevices(user.id, now);
      expect(listed.map(({ userAgent }) => userAgent)).toEqual(['Browser 0', ...all.slice(3).reverse()]);
    });
  });
}
