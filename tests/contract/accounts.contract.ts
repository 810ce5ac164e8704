import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Store } from '#db/store/store.ts';
import { aClaimedMail, aLink, anEvent, asStored, aUser, eventTypes, now, registered } from './fixtures.ts';

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
      const links = [aLink(user.id), aLink(other.id)] as const;
      for (const link of links) await store().addOperatorLink(link);
      expect(await store().deleteUser(user.id)).toBe(true);
      expect(await store().deleteUser(user.id)).toBe(false);
      expect(await store().findSession(session.id)).toBeNull();
      expect(await store().findMailLink(links[0].id, now)).toBeNull();
      expect(await eventTypes(store(), user.id)).toEqual([]);
      expect(await store().findUser(other.id)).not.toBeNull();
      expect(await store().findSession(kept.id)).not.toBeNull();
      expect(await store().findMailLink(links[1].id, now)).not.toBeNull();
    });

    test('deletes no mail with an account: the last one to a person outlives it', async () => {
      const { user } = await registered(store());
      const mail = await aClaimedMail(store(), { recipient: user.email });
      const link = aLink(user.id, { kind: 'reset', email: user.email });
      expect(await store().linkMail(mail, link, now)).toBe(true);
      const noticeId = randomUUID();
      await store().setPassword(user.id, 'hash-1', anEvent(user.id, { type: 'password_changed', noticeId }));
      expect(await store().deleteUser(user.id)).toBe(true);
      expect(await store().findMailLink(link.id, now)).toBeNull();
      for (const id of [mail.id, noticeId])
        expect(await store().findMail(id)).toMatchObject({ recipient: user.email, userId: user.id, state: 'waiting' });
    });
  });
}
