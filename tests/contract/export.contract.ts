import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Cursor } from '#db/store/export.ts';
import type { Store } from '#db/store/store.ts';
import { anEvent, later, now, registered, signedIn } from './fixtures.ts';

export function exportContract(store: () => Store): void {
  describe('what is read for a person to take along', () => {
    test('are all their events and mails, the oldest first, in pages that leave none out at the same moment', async () => {
      const { user } = await registered(store());
      const { user: other } = await registered(store());
      for (let index = 0; index < 7; index++)
        for (const { id } of [user, other]) {
          const event = anEvent(id, {
            type: 'password_changed',
            at: later(Math.floor(index / 3)),
            noticeId: randomUUID(),
          });
          await store().setPassword(id, 'hash-1', event);
        }
      for (const read of [store().listEventsAfter, store().listMailsAfter] as const) {
        const all = await read(user.id, null, 100);
        expect(all.length).toBeGreaterThanOrEqual(7);
        expect(all.every(({ userId }) => userId === user.id)).toBe(true);
        expect(all).toEqual(all.toSorted((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1)));
        const paged: Cursor[] = [];
        for (let turn = 0; turn < all.length; turn++) paged.push(...(await read(user.id, paged.at(-1) ?? null, 2)));
        expect(paged).toEqual(all);
      }
    });

    test('are all their sessions, those that are over too, and no one else’s', async () => {
      const { user, session } = await registered(store());
      await registered(store());
      const second = await signedIn(store(), user, { createdAt: later(1) });
      await store().endOwnSession(user.id, session.id, anEvent(user.id));
      const [first] = await store().listSessionsAfter(user.id, null, 1);
      expect(first).toMatchObject({ id: session.id, endReason: 'ended_elsewhere' });
      expect((await store().listSessionsAfter(user.id, { at: now, id: session.id }, 5)).map(({ id }) => id)).toEqual([
        second.id,
      ]);
    });
  });
}
