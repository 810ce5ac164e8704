/** What every dialect must do. Each runs it on a real database. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '#db/store/store.ts';
import { abandonedStepContract } from './abandoned-steps.contract.ts';
import { accountContract } from './accounts.contract.ts';
import { activityContract } from './activity.contract.ts';
import { addressChangeContract } from './address-changes.contract.ts';
import { beginContract } from './begin.contract.ts';
import { emailChangeContract } from './email-changes.contract.ts';
import { endingContract } from './ending.contract.ts';
import { exportContract } from './export.contract.ts';
import { leavingContract } from './leaving.contract.ts';
import { limitContract } from './limits.contract.ts';
import { mailLinkContract } from './mail-links.contract.ts';
import { mailContract } from './mails.contract.ts';
import { noticeContract } from './notices.contract.ts';
import { passkeySignInContract } from './passkey-sign-in.contract.ts';
import { passkeyContract } from './passkeys.contract.ts';
import { passwordContract } from './passwords.contract.ts';
import { proofContract } from './proofs.contract.ts';
import { providerSessionContract } from './provider-sessions.contract.ts';
import { providerContract } from './providers.contract.ts';
import { purgeContract } from './purge.contract.ts';
import { rotationContract } from './rotation.contract.ts';
import { secondFactorContract } from './second-factors.contract.ts';
import { shownPasskeyContract } from './shown-passkeys.contract.ts';
import { signUpContract } from './sign-ups.contract.ts';
import { successorContract } from './successors.contract.ts';
import { taskContract } from './tasks.contract.ts'; // tasks

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

    accountContract(store);
    passwordContract(store);
    mailLinkContract(store);
    mailContract(store);
    noticeContract(store);
    beginContract(store);
    signUpContract(store);
    emailChangeContract(store);
    addressChangeContract(store);
    rotationContract(store);
    successorContract(store);
    secondFactorContract(store);
    passkeyContract(store);
    proofContract(store);
    passkeySignInContract(store);
    shownPasskeyContract(store);
    providerContract(store);
    providerSessionContract(store);
    abandonedStepContract(store);
    endingContract(store);
    activityContract(store);
    leavingContract(store);
    exportContract(store);
    limitContract(store);
    purgeContract(store);
    taskContract(store); // tasks
  });
}
