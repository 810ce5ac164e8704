import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Store } from '#db/store/store.ts';
import { anEvent, asStored, aUser, eventTypes, now, registered } from './fixtures.ts';

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
  });
}
