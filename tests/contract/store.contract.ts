/** What every dialect must do. Each runs it on a real database. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '#db/store.ts';
import { activityContract } from './activity.contract.ts';
import { endingContract } from './ending.contract.ts';
import { operatorContract } from './operators.contract.ts';
import { purgeContract } from './purge.contract.ts';
import { rotationContract } from './rotation.contract.ts';
import { signInContract } from './sign-in.contract.ts';
import { taskContract } from './tasks.contract.ts';
import { userContract } from './users.contract.ts';

/** `open` gives an empty, migrated database of its own to each test. */
export function storeContract(name: string, open: () => Promise<{ store: Store; close: () => Promise<void> }>): void {
  describe(`the store on ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    const store = () => opened.store;

    test('its clock is that of now, and goes on', async () => {
      const first = store().clock().getTime();
      expect(Math.abs(first - Date.now())).toBeLessThan(1000);
      await expect.poll(() => store().clock().getTime()).toBeGreaterThan(first);
    });

    test('a migrated database passes the check', async () => {
      await expect(store().check()).resolves.toBeUndefined();
    });

    userContract(store);
    signInContract(store);
    rotationContract(store);
    endingContract(store);
    taskContract(store);
    activityContract(store);
    operatorContract(store);
    purgeContract(store);
  });
}
