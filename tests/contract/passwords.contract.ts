import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Store } from '#db/store/store.ts';
import { aLink, anEvent, begin, eventTypes, inParallel, now, original, registered, sessionRow } from './fixtures.ts';

export function passwordContract(store: () => Store): void {
  describe('upgradePasswordHash', () => {
    test('replaces the hash and ends nothing', async () => {
      const { user, session } = await registered(store());
      expect(await store().upgradePasswordHash(user.id, 'hash-0', 'hash-1')).toBe(true);
      expect(await store().findUser(user.id)).toMatchObject({ passwordHash: 'hash-1', ...original });
      expect((await sessionRow(store(), session.id)).endedAt).toBeNull();
    });

    test('leaves a hash alone that changed meanwhile, and one of another user', async () => {
      const { user } = await registered(store());
      const { user: other } = await registered(store());
      expect(await store().upgradePasswordHash(user.id, 'another', 'hash-1')).toBe(false);
      expect(await store().upgradePasswordHash(randomUUID(), 'hash-0', 'hash-1')).toBe(false);
      expect((await store().findUser(user.id))?.passwordHash).toBe('hash-0');
      expect((await store().findUser(other.id))?.passwordHash).toBe('hash-0');
    });

    test('of twenty in parallel one succeeds', async () => {
      const { user } = await registered(store());
      const all = await inParallel(20, (i) => store().upgradePasswordHash(user.id, 'hash-0', `hash-1-${i}`));
      expect(all.filter(Boolean)).toHaveLength(1);
    });
  });

  describe('an operator', () => {
    test('sets a password: every session ends, those that begin with the old one too, and links are void', async () => {
      const { user, session } = await registered(store());
      const link = aLink(user.id);
      await store().addOperatorLink(link);
      await store().setPassword(user.id, 'hash-1', anEvent(user.id, { type: 'password_reset' }));
      expect(await sessionRow(store(), session.id)).toMatchObject({ endReason: 'password_changed' });
      expect(await store().findUser(user.id)).toMatchObject({ passwordHash: 'hash-1', credentialVersion: 1, epoch: 1 });
      expect(await begin(store(), user.id, { kind: 'credentials', shown: original }).outcome).toBe('refused');
      expect(await store().findMailLink(link.id, now)).toBeNull();
      expect(await eventTypes(store(), user.id)).toEqual(['password_reset', 'signed_up']);
    });
  });
}
