import { describe, expect, test } from 'vitest';
import type { OneTimeLink } from '#db/store/one-time-links.ts';
import type { Store } from '#db/store/store.ts';
import { anEvent, inParallel, later, now, registered, sessionRow, signedIn } from './fixtures.ts';

export function oneTimeLinkContract(store: () => Store): void {
  const reset = (userId: string, tokenHash = `hash of ${userId}`): OneTimeLink => ({
    userId,
    purpose: 'password_reset',
    tokenHash,
    expiresAt: later(1000),
  });
  const redeem = (userId: string, tokenHash = `hash of ${userId}`, at = now) =>
    store().redeemPasswordReset({
      tokenHash,
      userId,
      passwordHash: 'hash-1',
      event: anEvent(userId, { type: 'password_reset', at }),
    });

  describe('a one-time link', () => {
    test('sets a password and ends every session, once', async () => {
      const { user, session } = await registered(store());
      const other = await signedIn(store(), user);
      await store().addOneTimeLink(reset(user.id));
      expect(await store().findOneTimeLink('password_reset', `hash of ${user.id}`, now)).toMatchObject({ id: user.id });
      expect(await redeem(user.id)).toBe('used');
      for (const { id } of [session, other])
        expect(await sessionRow(store(), id)).toMatchObject({ endReason: 'password_changed' });
      expect(await store().findUser(user.id)).toMatchObject({ passwordHash: 'hash-1', credentialVersion: 1, epoch: 1 });
      expect(await redeem(user.id)).toBe('void');
      expect(await store().findUser(user.id)).toMatchObject({ epoch: 1 });
    });

    test('is used by one of twenty tries at once', async () => {
      const { user } = await registered(store());
      await store().addOneTimeLink(reset(user.id));
      const outcomes = await inParallel(20, () => redeem(user.id));
      expect(outcomes.filter((outcome) => outcome === 'used')).toHaveLength(1);
      expect(await store().findUser(user.id)).toMatchObject({ epoch: 1 });
    });

    test('is over at its end, to the millisecond', async () => {
      const { user, session } = await registered(store());
      await store().addOneTimeLink(reset(user.id));
      expect(await store().findOneTimeLink('password_reset', `hash of ${user.id}`, later(999))).not.toBeNull();
      expect(await store().findOneTimeLink('password_reset', `hash of ${user.id}`, later(1000))).toBeNull();
      expect(await redeem(user.id, undefined, later(1000))).toBe('void');
      expect(await sessionRow(store(), session.id)).toMatchObject({ endedAt: null });
    });

    test('is void when a newer one was made', async () => {
      const { user } = await registered(store());
      await store().addOneTimeLink(reset(user.id, 'older'));
      await store().addOneTimeLink(reset(user.id, 'newer'));
      expect(await redeem(user.id, 'older')).toBe('void');
      expect(await redeem(user.id, 'newer')).toBe('used');
    });

    test('of one person sets nobody else’s password', async () => {
      const { user } = await registered(store());
      const { user: other } = await registered(store());
      await store().addOneTimeLink(reset(user.id));
      expect(await redeem(other.id, `hash of ${user.id}`)).toBe('void');
      expect(await store().findUser(other.id)).toMatchObject({ passwordHash: 'hash-0', epoch: 0 });
    });

    test('is deleted some time after its end', async () => {
      const { user } = await registered(store());
      await store().addOneTimeLink(reset(user.id));
      expect(await store().purge('one_time_links', later(1000), 10)).toBe(0);
      expect(await store().purge('one_time_links', later(1001), 10)).toBe(1);
    });
  });
}
