import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Store } from '#db/store/store.ts';
import { anEvent, asStored, aUser, eventTypes, later, now, registered } from './fixtures.ts';

export function accountContract(store: () => Store): void {
  describe('users', () => {
    test('are found by id and by address', async () => {
      const { user } = await registered(store());
      expect(await store().findUser(user.id)).toEqual(asStored(user));
      expect(await store().findUserByEmail(user.email)).toEqual(asStored(user));
    });

    test('that do not exist are null', async () => {
      expect(await store().findUser(randomUUID())).toBeNull();
      expect(await store().findUserByEmail('nobody@example.org')).toBeNull();
    });

    test('may have no name', async () => {
      const user = aUser({ name: null });
      await store().createUser(user, anEvent(user.id));
      expect((await store().findUser(user.id))?.name).toBeNull();
    });
  });

  describe('an operator', () => {
    test('makes an account that is signed in nowhere, once for an address', async () => {
      const user = aUser();
      const make = () => store().createUser(user, anEvent(user.id, { type: 'signed_up' }));
      expect(await make()).toBe('created');
      expect(await store().findUser(user.id)).toEqual(asStored(user));
      expect(await store().listSessions(user.id, now, 0)).toEqual([]);
      const other = aUser({ email: user.email });
      expect(await store().createUser(other, anEvent(other.id))).toBe('email_taken');
      expect(await eventTypes(store(), user.id)).toEqual(['signed_up']);
    });

    test('deletes an account and all that is its own, and nothing else', async () => {
      const { user, session } = await registered(store());
      const { user: other, session: kept } = await registered(store());
      await store().addOneTimeLink({
        userId: user.id,
        purpose: 'password_reset',
        tokenHash: 'a hash',
        expiresAt: later(1000),
      });
      expect(await store().deleteUser(user.id)).toBe(true);
      expect(await store().deleteUser(user.id)).toBe(false);
      expect(await store().findSession(session.id)).toBeNull();
      expect(await store().findOneTimeLink('password_reset', `hash of ${user.id}`, now)).toBeNull();
      expect(await eventTypes(store(), user.id)).toEqual([]);
      expect(await store().findUser(other.id)).not.toBeNull();
      expect(await store().findSession(kept.id)).not.toBeNull();
    });
  });
}
