import { describe, expect, test } from 'vitest';
import type { Store } from '#db/store.ts';
import {
  anEvent,
  aSession,
  aUser,
  eventTypes,
  inParallel,
  later,
  now,
  registered,
  sessionRow,
  signedIn,
} from './fixtures.ts';

export function operatorContract(store: () => Store): void {
  const reset = (userId: string, tokenHash = `hash of ${userId}`) => ({ userId, tokenHash, expiresAt: later(1000) });
  const redeem = (userId: string, tokenHash = `hash of ${userId}`, at = now) =>
    store().redeemPasswordReset({
      tokenHash,
      userId,
      passwordHash: 'hash-1',
      event: anEvent(userId, { type: 'password_reset', at }),
    });

  describe('an operator', () => {
    test('makes an account that is signed in nowhere, once for an address', async () => {
      const user = aUser();
      const make = () => store().createUser(user, anEvent(user.id, { type: 'signed_up' }));
      expect(await make()).toBe('created');
      expect(await store().findUser(user.id)).toEqual({ ...user, epoch: 0 });
      expect(await store().listSessions(user.id, now, 0)).toEqual([]);
      const other = aUser({ email: user.email });
      expect(await store().createUser(other, anEvent(other.id))).toBe('email_taken');
      expect(await eventTypes(store(), user.id)).toEqual(['signed_up']);
    });

    test('deletes an account and all that is its own, and nothing else', async () => {
      const { user, session } = await registered(store());
      const { user: other, session: kept } = await registered(store());
      await store().addPasswordReset(reset(user.id));
      expect(await store().deleteUser(user.id)).toBe(true);
      expect(await store().deleteUser(user.id)).toBe(false);
      expect(await store().findSession(session.id)).toBeNull();
      expect(await store().findPasswordReset(`hash of ${user.id}`, now)).toBeNull();
      expect(await eventTypes(store(), user.id)).toEqual([]);
      expect(await store().findUser(other.id)).not.toBeNull();
      expect(await store().findSession(kept.id)).not.toBeNull();
    });

    test('sets a password: every session ends, those that begin with the old one too, and links are void', async () => {
      const { user, session } = await registered(store());
      await store().addPasswordReset(reset(user.id));
      await store().setPassword(user.id, 'hash-1', anEvent(user.id, { type: 'password_reset' }));
      expect(await sessionRow(store(), session.id)).toMatchObject({ endReason: 'password_changed' });
      expect(await store().findUser(user.id)).toMatchObject({ passwordHash: 'hash-1', epoch: 1 });
      const late = {
        session: aSession(user.id),
        credentials: { passwordHash: 'hash-0', epoch: 0 },
        endSessionId: null,
      };
      expect(await store().signIn({ ...late, event: anEvent(user.id) })).toBe('stale');
      expect(await redeem(user.id)).toBe('void');
      expect(await eventTypes(store(), user.id)).toEqual(['password_reset', 'signed_up']);
    });
  });

  describe('a one-time link', () => {
    test('sets a password and ends every session, once', async () => {
      const { user, session } = await registered(store());
      const other = await signedIn(store(), user);
      await store().addPasswordReset(reset(user.id));
      expect(await store().findPasswordReset(`hash of ${user.id}`, now)).toMatchObject({ id: user.id });
      expect(await redeem(user.id)).toBe('used');
      for (const { id } of [session, other])
        expect(await sessionRow(store(), id)).toMatchObject({ endReason: 'password_changed' });
      expect(await store().findUser(user.id)).toMatchObject({ passwordHash: 'hash-1', epoch: 1 });
      expect(await redeem(user.id)).toBe('void');
      expect(await store().findUser(user.id)).toMatchObject({ epoch: 1 });
    });

    test('is used by one of twenty tries at once', async () => {
      const { user } = await registered(store());
      await store().addPasswordReset(reset(user.id));
      const outcomes = await inParallel(20, () => redeem(user.id));
      expect(outcomes.filter((outcome) => outcome === 'used')).toHaveLength(1);
      expect(await store().findUser(user.id)).toMatchObject({ epoch: 1 });
    });

    test('is over at its end, to the millisecond', async () => {
      const { user, session } = await registered(store());
      await store().addPasswordReset(reset(user.id));
      expect(await store().findPasswordReset(`hash of ${user.id}`, later(999))).not.toBeNull();
      expect(await store().findPasswordReset(`hash of ${user.id}`, later(1000))).toBeNull();
      expect(await redeem(user.id, undefined, later(1000))).toBe('void');
      expect(await sessionRow(store(), session.id)).toMatchObject({ endedAt: null });
    });

    test('is void when a newer one was made', async () => {
      const { user } = await registered(store());
      await store().addPasswordReset(reset(user.id, 'older'));
      await store().addPasswordReset(reset(user.id, 'newer'));
      expect(await redeem(user.id, 'older')).toBe('void');
      expect(await redeem(user.id, 'newer')).toBe('used');
    });

    test('of one person sets nobody else’s password', async () => {
      const { user } = await registered(store());
      const { user: other } = await registered(store());
      await store().addPasswordReset(reset(user.id));
      expect(await redeem(other.id, `hash of ${user.id}`)).toBe('void');
      expect(await store().findUser(other.id)).toMatchObject({ passwordHash: 'hash-0', epoch: 0 });
    });

    test('is deleted some time after its end', async () => {
      const { user } = await registered(store());
      await store().addPasswordReset(reset(user.id));
      expect(await store().purge('password_resets', later(1000), 10)).toBe(0);
      expect(await store().purge('password_resets', later(1001), 10)).toBe(1);
    });
  });
}
