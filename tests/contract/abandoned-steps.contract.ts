import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { SecondStepRow } from '#db/store/second-steps.ts';
import type { Store } from '#db/store/store.ts';
import { anEvent, eventTypes, hour, inParallel, later, now, registered, signedIn } from './fixtures.ts';
import { aStep } from './second-steps.contract.ts';

const minute = 60 * 1000;
/** Some time after the end of every sign-in below. */
const afterwards = later(24 * hour);

/** Sign-ins whose second step nobody finished: which of them their owner is told of. */
export function abandonedStepContract(store: () => Store): void {
  /** A sign-in that began so many milliseconds after `now`, with a browser and from a network that are not known. */
  async function abandoned(userId: string, ms = 0, over: Partial<SecondStepRow> = {}): Promise<SecondStepRow> {
    const from = { isStrange: true, userAgent: 'Strange', ip: '203.0.113.0' };
    const step = aStep(userId, { ...from, expiresAt: later(ms + 10 * minute), ...over });
    expect(await store().addSecondStep(step)).toBe(true);
    return step;
  }
  const take = (before = afterwards) => store().takeAbandonedStep(before, { id: randomUUID(), noticeId: randomUUID() });
  /** Takes all, and counts what was told of. */
  async function toldOf(): Promise<number> {
    let told = 0;
    for (let taken = await take(); taken; taken = await take()) told += taken.told ? 1 : 0;
    return told;
  }

  describe('a second step from a strange network that was never finished', () => {
    test('is told of once, at the time of its password and from its browser, and is gone', async () => {
      const { user } = await registered(store());
      const { user: other } = await registered(store());
      const step = await abandoned(user.id, minute);
      expect(await take(step.expiresAt)).toBeNull();
      const taken = await take(new Date(step.expiresAt.getTime() + 1));
      const seen = { at: later(minute), userAgent: 'Strange', ip: '203.0.113.0', sessionId: null, by: 'stranger' };
      expect(taken?.told).toMatchObject({ userId: user.id, type: 'second_step_abandoned', ...seen });
      const { items } = await store().listSecurityEvents(user.id, { page: 1, size: 10 });
      expect(items.find(({ type }) => type === 'second_step_abandoned')).toMatchObject(seen);
      expect(await store().findMail(taken?.told?.noticeId ?? '')).toMatchObject({
        ...{ kind: 'notice', eventType: 'second_step_abandoned', recipient: user.email, userAgent: 'Strange' },
      });
      expect([await take(), await store().findSecondStep(step, now)]).toEqual([null, null]);
      expect(await eventTypes(store(), other.id)).toEqual(['signed_up']);
    });

    test('is told of once for several in an hour, and again for one after that', async () => {
      const { user } = await registered(store());
      for (const ms of [0, 1, 20 * minute, hour - 1]) await abandoned(user.id, ms);
      expect(await toldOf()).toBe(1);
      await abandoned(user.id, hour - 1);
      expect(await toldOf()).toBe(0);
      await abandoned(user.id, hour);
      expect(await toldOf()).toBe(1);
    });

    test('is told of to each whose it is', async () => {
      const people = [await registered(store()), await registered(store())];
      for (const { user } of people) await abandoned(user.id);
      expect(await toldOf()).toBe(2);
      for (const { user } of people)
        expect(await eventTypes(store(), user.id)).toEqual(['second_step_abandoned', 'signed_up']);
    });

    test('is told of once by ten processes', async () => {
      const { user } = await registered(store());
      await abandoned(user.id);
      const taken = await inParallel(10, () => take());
      expect(taken.filter((one) => one?.told)).toHaveLength(1);
      expect(await eventTypes(store(), user.id)).toEqual(['second_step_abandoned', 'signed_up']);
    });

    test('is not told of where it was void by its end', async () => {
      const { user } = await registered(store());
      await abandoned(user.id);
      await store().upgradePasswordHash(user.id, 'hash-0', 'hash-0 anew');
      await store().endAllSessions(user.id, null, anEvent(user.id, { type: 'signed_out_everywhere', at: later(1) }));
      expect(await toldOf()).toBe(0);
      expect(await eventTypes(store(), user.id)).not.toContain('second_step_abandoned');
    });

    test('is not told of where a new password has deleted it', async () => {
      const { user } = await registered(store());
      await abandoned(user.id);
      await store().setPassword(user.id, 'hash-1', anEvent(user.id, { type: 'password_reset', at: later(1) }));
      expect(await take()).toBeNull();
    });

    test('is not told of where the same browser has signed in from there since, and is where another has', async () => {
      const people = [await registered(store()), await registered(store()), await registered(store())];
      const froms = [
        { userAgent: 'Strange', ip: '203.0.113.0' },
        { userAgent: 'Strange', ip: '198.51.100.0' },
        { userAgent: 'Browser', ip: '203.0.113.0' },
      ];
      for (const [index, { user }] of people.entries()) {
        await abandoned(user.id);
        await store().addSecurityEvent(
          anEvent(user.id, { type: 'signed_in', at: later(15 * minute), ...froms[index] }),
        );
      }
      expect(await toldOf()).toBe(2);
      expect(await eventTypes(store(), people[0]?.user.id ?? '')).not.toContain('second_step_abandoned');
      // A sign-in from before it is another one.
      const { user } = await registered(store());
      await signedIn(store(), user);
      await store().addSecurityEvent(anEvent(user.id, { at: later(-1), ...froms[0] }));
      await abandoned(user.id);
      expect(await toldOf()).toBe(1);
    });

    test('is left alone where browser or network is known, for purge to delete', async () => {
      const { user } = await registered(store());
      await abandoned(user.id, 0, { isStrange: false });
      expect(await take()).toBeNull();
      expect(await store().purge('second_steps', afterwards, 10)).toBe(1);
    });
  });
}
