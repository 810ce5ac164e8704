import { describe, expect, test } from 'vitest';
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
}
