import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Store } from '#db/store/store.ts';
import { anEvent, aRotation, hour, inParallel, later, now, registered, sessionRow } from './fixtures.ts';

export function rotationContract(store: () => Store): void {
  const idle = later(2 * hour);

  describe('findSession', () => {
    test('gives the session with its user, without the password hash', async () => {
      const { user, session } = await registered(store());
      const found = await store().findSession(session.id);
      const { passwordHash: _, ...visible } = user;
      expect(found?.user).toEqual({ ...visible, epoch: 0, twoStep: false });
      expect(found?.session.id).toBe(session.id);
    });

    test('is null for an unknown id', async () => {
      expect(await store().findSession(randomUUID())).toBeNull();
    });
  });

  describe('findAccess', () => {
    test('gives what an access check reads of the same row, and no more', async () => {
      const { session } = await registered(store());
      await store().advance(session.id, 0, aRotation(0));
      const {
        id,
        persistent,
        userEpoch,
        appEpoch,
        endedAt,
        idleExpiresAt,
        expiresAt,
        head,
        parent,
        exchangedAt,
        confirmedAt,
      } = await sessionRow(store(), session.id);
      const { twoStep: _, ...seen } = (await store().findSession(session.id))?.user ?? {};
      expect(await store().findAccess(session.id)).toEqual({
        session: {
          id,
          persistent,
          userEpoch,
          appEpoch,
          endedAt,
          idleExpiresAt,
          expiresAt,
          head,
          parent,
          exchangedAt,
          confirmedAt,
        },
        user: seen,
      });
    });

    test('is null for an unknown id', async () => {
      expect(await store().findAccess(randomUUID())).toBeNull();
    });
  });

  describe('advance', () => {
    test('writes every field of a rotation and raises the version', async () => {
      const { session } = await registered(store());
      const grace = [{ lo: 0, hi: 1, until: later(11_000).getTime() }];
      const next = aRotation(0, { grace });
      const before = await sessionRow(store(), session.id);
      expect(await store().advance(session.id, 0, next)).toBe(true);
      const written = { ...before, ...next, version: 1, lastUsedAt: new Date(next.exchangedAt) };
      expect(await sessionRow(store(), session.id)).toEqual(written);
    });

    test('clears the confirmation', async () => {
      const { session } = await registered(store());
      await store().confirm(session.id, 0, now, idle);
      expect(await store().advance(session.id, 1, aRotation(0))).toBe(true);
      expect((await sessionRow(store(), session.id)).confirmedAt).toBeNull();
    });

    test('from another version writes nothing', async () => {
      const { session } = await registered(store());
      const before = await sessionRow(store(), session.id);
      expect(await store().advance(session.id, 1, aRotation(0))).toBe(false);
      expect(await sessionRow(store(), session.id)).toEqual(before);
    });

    test('of fifty in parallel from one version exactly one is written', async () => {
      const { session } = await registered(store());
      const all = await inParallel(50, () => store().advance(session.id, 0, aRotation(0)));
      expect(all.filter(Boolean)).toHaveLength(1);
      expect(await sessionRow(store(), session.id)).toMatchObject({ head: 1, version: 1 });
    });

    test('on an ended session writes nothing', async () => {
      const { user, session } = await registered(store());
      await store().endOwnSession(user.id, session.id, anEvent(user.id));
      expect(await store().advance(session.id, 1, aRotation(0))).toBe(false);
      expect((await sessionRow(store(), session.id)).head).toBe(0);
    });

    test.each([
      ['idle limit', { idleExpiresAt: later(1000).getTime() }],
      ['absolute limit', { expiresAt: later(1000).getTime() }],
    ])('at its %s writes nothing', async (_, limit) => {
      const { session } = await registered(store(), limit);
      const at = (exchangedAt: number) => store().advance(session.id, 0, aRotation(0, { exchangedAt }));
      expect(await at(later(1000).getTime())).toBe(false);
      expect(await at(later(999).getTime())).toBe(true);
    });

    test('never survives an endAllSessions beside it', async () => {
      const { user, session } = await registered(store());
      await Promise.all([
        store().advance(session.id, 0, aRotation(0)),
        store().endAllSessions(user.id, null, anEvent(user.id)),
        store().advance(session.id, 1, aRotation(1)),
      ]);
      const { version, head, endedAt } = await sessionRow(store(), session.id);
      expect(endedAt).not.toBeNull();
      expect(await store().advance(session.id, version, aRotation(head))).toBe(false);
    });

    test('leaves other sessions alone', async () => {
      const { session } = await registered(store());
      const { session: other } = await registered(store());
      await store().advance(session.id, 0, aRotation(0));
      expect(await sessionRow(store(), other.id)).toMatchObject({ head: 0, version: 0 });
    });
  });

  describe('confirm', () => {
    test('dates the first use of the head, and moves the idle limit', async () => {
      const { session } = await registered(store());
      await store().confirm(session.id, 0, later(500), idle);
      const at = later(500);
      const written = { confirmedAt: at.getTime(), lastUsedAt: at, idleExpiresAt: idle.getTime(), version: 1 };
      expect(await sessionRow(store(), session.id)).toMatchObject(written);
    });

    test('writes once', async () => {
      const { session } = await registered(store());
      const written = await inParallel(20, (i) => store().confirm(session.id, 0, later(500 + i), idle));
      expect(written.filter(Boolean)).toHaveLength(1);
      expect(await store().confirm(session.id, 0, later(9000), later(9 * hour))).toBe(false);
      const { confirmedAt, idleExpiresAt, version } = await sessionRow(store(), session.id);
      expect(confirmedAt).toBeLessThan(later(600).getTime());
      expect({ idleExpiresAt, version }).toEqual({ idleExpiresAt: idle.getTime(), version: 1 });
    });

    test.each([0, 2])('of generation %i, which is not the head, writes nothing', async (generation) => {
      const { session } = await registered(store());
      await store().advance(session.id, 0, aRotation(0));
      const before = await sessionRow(store(), session.id);
      expect(await store().confirm(session.id, generation, later(2000), idle)).toBe(false);
      expect(await sessionRow(store(), session.id)).toEqual(before);
    });

    test('is never dated before the exchange, even when the clock went backward', async () => {
      const { session } = await registered(store());
      await store().advance(session.id, 0, aRotation(0));
      await store().confirm(session.id, 1, later(-5000), idle);
      const exchangedAt = later(1000);
      expect(await sessionRow(store(), session.id)).toMatchObject({
        confirmedAt: exchangedAt.getTime(),
        lastUsedAt: exchangedAt,
      });
    });

    test('of an ended, an expired or an unknown session writes nothing', async () => {
      const { user, session: ended } = await registered(store());
      await store().endOwnSession(user.id, ended.id, anEvent(user.id));
      const { session: expired } = await registered(store(), { idleExpiresAt: later(1000).getTime() });
      for (const id of [ended.id, expired.id, randomUUID()]) {
        expect(await store().confirm(id, 0, later(1000), idle)).toBe(false);
      }
      expect((await sessionRow(store(), ended.id)).confirmedAt).toBeNull();
      expect((await sessionRow(store(), expired.id)).confirmedAt).toBeNull();
    });
  });
}
