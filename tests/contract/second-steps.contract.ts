import { randomUUID } from 'node:crypto';
import { count, eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Executor } from '#db/queries/executor.ts';
import { queries } from '#db/queries/queries.ts';
import type { CredentialState } from '#db/store/accounts.ts';
import type { Proof } from '#db/store/second-factors.ts';
import type { SecondStepRow, TrustedDeviceRow } from '#db/store/second-steps.ts';
import type { Queries } from '#db/store/store.ts';
import { recoveryHash } from '#lib/server/second-factors/proof.ts';
import { type Factors, setTwoStep, turnOn } from '#tests/support/two-step.ts';
import { anEvent, begin, hour, inParallel, later, now, original, registered } from './fixtures.ts';

interface Opened {
  /** Two, as two processes have them. */
  executors: [Executor, Executor];
  close(): Promise<void>;
}

const secrets = ['a secret for tests only, of 32 letters'];
const aCode = (step: number): Proof => ({ kind: 'totp', step, createdAt: now });
const theCode = aCode(100);
const minutes = (count: number) => count * 60 * 1000;

export function aStep(userId: string, over: Partial<SecondStepRow> = {}): SecondStepRow {
  const ofPassword = { identityId: null, provider: null, providerSid: null, next: null, askingSessionId: null };
  const step = { id: randomUUID(), userId, secretHash: `hash of ${userId}`, ...original, ...ofPassword };
  const from = { isStrange: false, userAgent: 'Browser', ip: null };
  return { ...step, persistent: false, tries: 0, expiresAt: later(minutes(10)), ...from, ...over };
}

export function aDevice(userId: string, over: Partial<TrustedDeviceRow> = {}): TrustedDeviceRow {
  const id = randomUUID();
  const seen = { createdAt: now, lastUsedAt: now, expiresAt: later(hour) };
  return { id, userId, hash: `device ${id}`, userEpoch: 0, userAgent: 'Browser', ip: null, ...seen, ...over };
}

/** What every dialect does where two-step sign-in is on. `open` gives an empty, migrated database to each test. */
export function secondStepContract(name: string, open: () => Promise<Opened>): void {
  describe(`the second step on ${name}`, () => {
    let opened: Opened;
    let store: Queries;
    let other: Queries;
    beforeEach(async () => {
      opened = await open();
      [store, other] = [queries(opened.executors[0]), queries(opened.executors[1])];
    });
    afterEach(() => opened.close());
    const executor = () => opened.executors[0];
    const tables = () => executor().tables;

    async function withTwoStep(): Promise<{ id: string; factors: Factors }> {
      const { user } = await registered(store);
      return { id: user.id, factors: await turnOn(executor(), user.id, { secrets, at: now }) };
    }
    async function asked(userId: string, over: Partial<SecondStepRow> = {}): Promise<SecondStepRow> {
      const step = aStep(userId, over);
      if (!(await store.addSecondStep(step))) throw new Error('The fixture’s second step was refused.');
      return step;
    }
    const complete = (step: SecondStepRow, proof: Proof, on = store, more = {}) =>
      begin(
        on,
        step.userId,
        { kind: 'second_step', step, proof: { proof, event: null }, ...more },
        { over: { amr: 'pwd otp mfa' } },
      );
    /** Counts the sessions beside the one that made the account. */
    async function sessionsOf(userId: string): Promise<number> {
      const { sessions } = tables();
      const rows = await executor().run((db) => db.select().from(sessions).where(eq(sessions.userId, userId)));
      return rows.length - 1;
    }
    const recoveryProof = (factors: Factors, at = 0): Proof => ({
      kind: 'recovery_code',
      hash: recoveryHash(factors.recoveryCodes[at] ?? ''),
    });
    async function raise(userId: string, counters: CredentialState): Promise<void> {
      const { users } = tables();
      await executor().run((db) => db.update(users).set(counters).where(eq(users.id, userId)).returning());
    }
    async function codesOf(userId: string): Promise<number> {
      const { recoveryCodes } = tables();
      const rows = await executor().run((db) =>
        db.select().from(recoveryCodes).where(eq(recoveryCodes.userId, userId)),
      );
      return rows.length;
    }
    async function devicesOf(userId: string): Promise<string[]> {
      const { trustedDevices } = tables();
      const rows = await executor().run((db) =>
        db.select().from(trustedDevices).where(eq(trustedDevices.userId, userId)),
      );
      return rows.map(({ hash }) => hash);
    }
    const trust = (device: TrustedDeviceRow) =>
      executor().run((db) => db.insert(tables().trustedDevices).values(device).returning());

    describe('waits', () => {
      test('only where the credentials are those that were shown', async () => {
        const { id } = await withTwoStep();
        expect(await store.addSecondStep(aStep(id, { epoch: 1 }))).toBe(false);
        expect(await store.addSecondStep(aStep(id, { credentialVersion: 1 }))).toBe(false);
        const step = await asked(id);
        expect(await store.findSecondStep(step, now)).toEqual(step);
      });

      test('for its browser, and for ten minutes', async () => {
        const step = await asked((await withTwoStep()).id);
        expect(await store.findSecondStep({ ...step, secretHash: 'of another' }, now)).toBeNull();
        expect(await store.countSecondStepTry({ ...step, secretHash: 'of another' }, now)).toBeNull();
        expect(await store.findSecondStep(step, later(minutes(10) - 1))).toEqual(step);
        expect(await store.findSecondStep(step, later(minutes(10)))).toBeNull();
        expect(await store.countSecondStepTry(step, later(minutes(10)))).toBeNull();
      });

      test.each([
        ['a new password or a change of factors', { ...original, credentialVersion: 1 }],
        ['a sign-out everywhere', { ...original, epoch: 1 }],
      ])('until %s', async (_, counters) => {
        const step = await asked((await withTwoStep()).id);
        await raise(step.userId, counters);
        expect(await store.findSecondStep(step, now)).toBeNull();
        expect(await store.countSecondStepTry(step, now)).toBeNull();
        expect(await complete(step, theCode).outcome).toBe('refused');
        expect(await sessionsOf(step.userId)).toBe(0);
      });

      test('for five codes, of which twenty at once make no more', async () => {
        const step = await asked((await withTwoStep()).id);
        const tries = await inParallel(20, (n) => (n % 2 ? store : other).countSecondStepTry(step, now));
        expect(tries.flatMap((counted) => counted?.tries ?? []).sort()).toEqual([1, 2, 3, 4, 5]);
        expect(await store.findSecondStep(step, now)).toBeNull();
      });
    });

    describe('completed', () => {
      test('makes one session of what was shown, and is gone', async () => {
        const { id } = await withTwoStep();
        const step = await asked(id);
        const { session, outcome } = complete(step, theCode);
        expect(await outcome).toBe('begun');
        expect((await store.findSession(session.id))?.session).toMatchObject({ userId: id, amr: 'pwd otp mfa' });
        expect(await store.findSecondStep(step, now)).toBeNull();
        expect(await complete(step, aCode(101)).outcome).toBe('refused');
        expect(await sessionsOf(id)).toBe(1);
      });

      test('with its fifth code as well', async () => {
        const step = await asked((await withTwoStep()).id);
        for (const _ of 'five ') await store.countSecondStepTry(step, now);
        expect(await complete(step, theCode).outcome).toBe('begun');
      });

      test('by one code at fifty doors and in two processes makes one session', async () => {
        const { id } = await withTwoStep();
        const steps = await inParallel(50, () => asked(id));
        const outcomes = await Promise.all(
          steps.map((step, n) => complete(step, theCode, n % 2 ? store : other).outcome),
        );
        expect(outcomes.filter((outcome) => outcome === 'begun')).toHaveLength(1);
        expect(await sessionsOf(id)).toBe(1);
        const { secondSteps } = tables();
        const [left] = await executor().run((db) => db.select({ of: count() }).from(secondSteps));
        expect(left?.of).toBe(49);
      });

      test('fifty times at once by fifty codes makes one session, and uses one code up', async () => {
        const { id } = await withTwoStep();
        const step = await asked(id);
        const outcomes = await inParallel(50, (n) => complete(step, aCode(100 + n), n % 2 ? store : other).outcome);
        expect(outcomes.filter((outcome) => outcome === 'begun')).toHaveLength(1);
        expect(await sessionsOf(id)).toBe(1);
      });

      test('by one recovery code at twenty doors makes one session, and the other code is good', async () => {
        const { id, factors } = await withTwoStep();
        const steps = await inParallel(20, () => asked(id));
        const outcomes = await Promise.all(
          steps.map((step, n) => complete(step, recoveryProof(factors), n % 2 ? store : other).outcome),
        );
        expect(outcomes.filter((outcome) => outcome === 'begun')).toHaveLength(1);
        expect(await codesOf(id)).toBe(1);
        expect(await complete(await asked(id), recoveryProof(factors, 1)).outcome).toBe('begun');
      });

      test('by a proof of another account is refused, and uses neither up', async () => {
        const [ann, bob] = [await withTwoStep(), await withTwoStep()];
        const step = await asked(ann.id);
        expect(await complete(step, recoveryProof(bob.factors)).outcome).toBe('refused');
        expect(await complete({ ...step, userId: bob.id }, recoveryProof(bob.factors)).outcome).toBe('refused');
        expect(await codesOf(bob.id)).toBe(2);
        expect(await store.findSecondStep(step, now)).toEqual(step);
        expect([await sessionsOf(ann.id), await sessionsOf(bob.id)]).toEqual([0, 0]);
      });

      test('keeps an account that was to be deleted, and is refused if it no longer is', async () => {
        const { id } = await withTwoStep();
        const { users } = tables();
        const leave = () =>
          executor().run((db) =>
            db
              .update(users)
              .set({ deletesAt: later(hour) })
              .where(eq(users.id, id))
              .returning(),
          );
        const kept = anEvent(id, { type: 'account_kept' });
        const step = await asked(id);
        expect(await complete(step, theCode, store, { kept }).outcome).toBe('refused');
        expect(await store.findSecondStep(step, now)).toEqual(step);
        await leave();
        expect(await complete(step, theCode, store, { kept }).outcome).toBe('begun');
        expect((await store.findUser(id))?.deletesAt).toBeNull();
      });

      test('trusts the browser only along with the session', async () => {
        const { id } = await withTwoStep();
        const device = aDevice(id);
        expect(await complete(await asked(id), theCode).outcome).toBe('begun');
        expect(await complete(await asked(id), theCode, store, { device }).outcome).toBe('refused');
        expect(await devicesOf(id)).toEqual([]);
        expect(await complete(await asked(id), aCode(101), store, { device }).outcome).toBe('begun');
        expect(await devicesOf(id)).toEqual([device.hash]);
      });
    });

    describe('is not passed by', () => {
      const signIn = (userId: string, device?: { hash: string; next: TrustedDeviceRow }, on = store) =>
        begin(on, userId, { kind: 'credentials', shown: original, ...(device && { device }) });

      test('the password alone', async () => {
        const { id } = await withTwoStep();
        expect(await signIn(id).outcome).toBe('refused');
        expect(await sessionsOf(id)).toBe(0);
        await setTwoStep(executor(), id, false);
        expect(await signIn(id).outcome).toBe('begun');
      });

      test('a session beside another, unless that one lives and is the user’s own', async () => {
        const { id } = await withTwoStep();
        const own = (await store.listSessions(id, now, 1))[0]?.id ?? '';
        const { session: foreign } = await registered(store);
        const beside = (askingSessionId: string) =>
          begin(store, id, { kind: 'session', shown: original, askingSessionId }).outcome;
        expect(await beside(foreign.id)).toBe('refused');
        expect(await beside(own)).toBe('begun');
        await store.endOwnSession(id, own, anEvent(id));
        expect(await beside(own)).toBe('refused');
        expect(await sessionsOf(id)).toBe(1);
      });

      test('the password of an account to be deleted, which stays as it is', async () => {
        const { id } = await withTwoStep();
        const { users } = tables();
        await executor().run((db) =>
          db
            .update(users)
            .set({ deletesAt: later(hour) })
            .where(eq(users.id, id))
            .returning(),
        );
        const kept = anEvent(id, { type: 'account_kept' });
        const basis = { kind: 'credentials', shown: original, kept } as const;
        expect(await begin(store, id, basis).outcome).toBe('refused');
        expect((await store.findUser(id))?.deletesAt).toEqual(later(hour));
      });

      test('a trusted browser that is copied: of twenty uses at once one signs in, and leaves one new cookie', async () => {
        const { id } = await withTwoStep();
        const device = aDevice(id);
        await trust(device);
        const outcomes = await inParallel(20, (n) => {
          const next = { ...device, hash: `next ${n}` };
          return signIn(id, { hash: device.hash, next }, n % 2 ? store : other).outcome;
        });
        expect(outcomes.filter((outcome) => outcome === 'begun')).toHaveLength(1);
        expect(await devicesOf(id)).toEqual([`next ${outcomes.indexOf('begun')}`]);
        expect(await sessionsOf(id)).toBe(1);
      });

      test.each([
        ['of another person', async (id: string) => ({ device: aDevice((await withTwoStep()).id), id })],
        ['whose time is over', async (id: string) => ({ device: aDevice(id, { expiresAt: now }), id })],
        ['of an older epoch', async (id: string) => ({ device: aDevice(id, { userEpoch: -1 }), id })],
      ])('a trusted browser %s, which stays as it is', async (_, made) => {
        const { device, id } = await made((await withTwoStep()).id);
        await trust(device);
        expect(await store.findTrustedDevice(id, device.hash, now)).toBeNull();
        expect(await signIn(id, { hash: device.hash, next: { ...device, userId: id } }).outcome).toBe('refused');
        expect(await devicesOf(device.userId)).toEqual([device.hash]);
        expect(await sessionsOf(id)).toBe(0);
      });
    });

    test('purge deletes sign-ins that waited and browsers that were trusted until their time was over, and no other', async () => {
      const { id } = await withTwoStep();
      await asked(id, { expiresAt: later(10) });
      const waiting = await asked(id, { id: randomUUID(), expiresAt: later(20) });
      await trust(aDevice(id, { expiresAt: later(10) }));
      const trusted = aDevice(id, { expiresAt: later(20) });
      await trust(trusted);
      expect(await store.purge('second_steps', later(20), 10)).toBe(1);
      expect(await store.purge('trusted_devices', later(20), 10)).toBe(1);
      expect(await store.findSecondStep(waiting, now)).toMatchObject({ id: waiting.id });
      expect(await devicesOf(id)).toEqual([trusted.hash]);
    });
  });
}
