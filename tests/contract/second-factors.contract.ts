import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { FactorChange, TotpEnrolment } from '#db/store/second-factors.ts';
import type { Store } from '#db/store/store.ts';
import { totpTries } from '#lib/core/policy.ts';
import {
  anEvent,
  aSuccessor,
  begin,
  eventTypes,
  hour,
  inParallel,
  later,
  now,
  original,
  registered,
  sessionRow,
  signedIn,
} from './fixtures.ts';

type Person = Awaited<ReturnType<typeof registered>>;

/** What people show beside their password: how it comes and goes, and what ends with it. */
export function secondFactorContract(store: () => Store): void {
  function anEnrolment({ user, session }: Person, over: Partial<TotpEnrolment> = {}): TotpEnrolment {
    const sealed = { kid: 'kid-0', sealed: new Uint8Array(randomBytes(48)) };
    return { userId: user.id, sessionId: session.id, ...sealed, tries: 0, expiresAt: later(hour), ...over };
  }

  async function aChange({ user, session }: Person, over: Partial<FactorChange> = {}): Promise<FactorChange> {
    const found = await store().findUser(user.id);
    const shown = { credentialVersion: found?.credentialVersion ?? -1, epoch: found?.epoch ?? -1 };
    const about = { userId: user.id, sessionId: session.id, at: now };
    return { ...about, shown, endsOthers: false, events: [anEvent(user.id, { type: 'totp_added' })], ...over };
  }

  const someHashes = () => Array.from({ length: 10 }, () => randomBytes(32).toString('base64url'));

  async function confirm(person: Person, over: Partial<FactorChange> = {}, recoveryHashes: string[] | null = null) {
    const enrolment = anEnrolment(person);
    await store().startTotp(enrolment, now);
    const isConfirmed = await store().confirmTotp(await aChange(person, over), { enrolment, step: 7, recoveryHashes });
    return { enrolment, isConfirmed };
  }

  /** A person with an app, ten recovery codes and two-step sign-in. */
  async function guarded() {
    const person = await registered(store());
    const hashes = someHashes();
    const { enrolment } = await confirm(person, {}, hashes);
    return { ...person, enrolment, hashes };
  }

  const countersOf = async ({ user }: Person) => {
    const found = await store().findUser(user.id);
    return { twoStep: found?.twoStep, version: found?.credentialVersion, epoch: found?.epoch };
  };

  describe('an authenticator app that waits', () => {
    test('is counted for its session and its successor, until its time or its tries are over', async () => {
      const person = await registered(store());
      const enrolment = anEnrolment(person);
      const successor = await aSuccessor(store(), person.session);
      expect(await store().startTotp(enrolment, now)).toBe(true);
      const typed = (sessionId: string, at = now) => store().countTotpTry(person.user.id, sessionId, at);
      expect(await typed(person.session.id)).toMatchObject({ tries: 1, kid: 'kid-0' });
      expect(await typed(successor.id)).toMatchObject({ tries: 2 });
      expect(await typed(person.session.id, later(hour))).toBeNull();
      const tried = await inParallel(totpTries, () => typed(person.session.id));
      expect(tried.filter((one) => one !== null)).toHaveLength(totpTries - 2);
    });

    test('is nothing to another session of the person, nor to another person', async () => {
      const [person, stranger] = [await registered(store()), await registered(store())];
      const elsewhere = await signedIn(store(), person.user);
      await store().startTotp(anEnrolment(person), now);
      expect(await store().countTotpTry(person.user.id, elsewhere.id, now)).toBeNull();
      expect(await store().countTotpTry(stranger.user.id, stranger.session.id, now)).toBeNull();
      expect(await store().countTotpTry(stranger.user.id, person.session.id, now)).toBeNull();
      expect(await store().countTotpTry(person.user.id, person.session.id, now)).toMatchObject({ tries: 1 });
    });

    test('is not asked for by a session that is over', async () => {
      const person = await registered(store());
      await store().endOwnSession(person.user.id, person.session.id, anEvent(person.user.id));
      expect(await store().startTotp(anEnrolment(person), now)).toBe(false);
    });

    test('leaves the app in use as it is, and is replaced whole by the next', async () => {
      const person = await guarded();
      const before = await store().findTotp(person.user.id);
      const [first, second] = [anEnrolment(person), anEnrolment(person)];
      await store().startTotp(first, now);
      await store().countTotpTry(person.user.id, person.session.id, now);
      await store().startTotp(second, now);
      expect(await store().findTotp(person.user.id)).toEqual(before);
      const change = await aChange(person);
      expect(await store().confirmTotp(change, { enrolment: first, step: 9, recoveryHashes: null })).toBe(false);
      expect(await store().countTotpTry(person.user.id, person.session.id, now)).toMatchObject({ tries: 1 });
      expect(await store().confirmTotp(change, { enrolment: second, step: 9, recoveryHashes: null })).toBe(true);
      const after = await store().findTotp(person.user.id);
      expect(Buffer.from(after?.sealed ?? []).equals(second.sealed)).toBe(true);
    });
  });

  describe('confirming an app', () => {
    test('turns two-step sign-in on, once, and what was shown before is no longer good', async () => {
      const person = await registered(store());
      const hashes = someHashes();
      const { enrolment, isConfirmed } = await confirm(person, {}, hashes);
      expect(isConfirmed).toBe(true);
      expect(await countersOf(person)).toEqual({ twoStep: true, version: 1, epoch: 0 });
      expect(await store().findTotp(person.user.id)).toMatchObject({ lastStep: 7, failures: 0, lastUsedAt: null });
      expect(await store().findFactors(person.user.id, now)).toEqual({
        ...{ twoStep: true, totp: { createdAt: now, lastUsedAt: null }, trustedDevices: [] },
        recoveryCodes: { left: 10, createdAt: now },
      });
      expect(await store().hasRecoveryCode(person.user.id, hashes[0] ?? '')).toBe(true);
      expect(await eventTypes(store(), person.user.id)).toEqual(['signed_up', 'totp_added']);
      const again = await aChange(person);
      expect(await store().confirmTotp(again, { enrolment, step: 8, recoveryHashes: null })).toBe(false);
      expect(await countersOf(person)).toEqual({ twoStep: true, version: 1, epoch: 0 });
      const late = begin(store(), person.user.id, { kind: 'credentials', shown: original });
      expect(await late.outcome).toBe('refused');
    });

    test('succeeds once of many at the same moment', async () => {
      const person = await registered(store());
      const enrolment = anEnrolment(person);
      await store().startTotp(enrolment, now);
      const change = await aChange(person);
      const confirmed = await inParallel(5, () =>
        store().confirmTotp({ ...change, events: [] }, { enrolment, step: 7, recoveryHashes: someHashes() }),
      );
      expect(confirmed.filter(Boolean)).toHaveLength(1);
      expect((await store().findFactors(person.user.id, now)).recoveryCodes?.left).toBe(10);
    });

    test.each<[string, (person: Person) => Promise<unknown>]>([
      ['the session is over', ({ user, session }) => store().endOwnSession(user.id, session.id, anEvent(user.id))],
      ['the password is another', ({ user }) => store().setPassword(user.id, 'hash-1', anEvent(user.id))],
    ])('is refused, and changes nothing, where %s', async (_when, meanwhile) => {
      const person = await registered(store());
      const enrolment = anEnrolment(person);
      await store().startTotp(enrolment, now);
      const change = await aChange(person);
      await meanwhile(person);
      const before = await countersOf(person);
      expect(await store().confirmTotp(change, { enrolment, step: 7, recoveryHashes: null })).toBe(false);
      expect(await store().findTotp(person.user.id)).toBeNull();
      expect(await countersOf(person)).toEqual(before);
    });

    test('ends every other session where that is asked, and keeps the one that asks', async () => {
      const person = await registered(store());
      const successor = await aSuccessor(store(), person.session);
      const elsewhere = await signedIn(store(), person.user);
      const stranger = await registered(store());
      expect((await confirm(person, { endsOthers: true })).isConfirmed).toBe(true);
      expect(await sessionRow(store(), elsewhere.id)).toMatchObject({ endReason: 'factor_changed' });
      for (const { id } of [person.session, successor])
        expect(await sessionRow(store(), id)).toMatchObject({ endedAt: null, userEpoch: 1 });
      expect(await sessionRow(store(), stranger.session.id)).toMatchObject({ endedAt: null });
      expect(await countersOf(person)).toEqual({ twoStep: true, version: 1, epoch: 1 });
    });
  });

  describe('two-step sign-in', () => {
    test('cannot lose its app while it is on', async () => {
      const person = await guarded();
      expect(await store().removeTotp(await aChange(person))).toBe(false);
      expect(await store().findTotp(person.user.id)).not.toBeNull();
    });

    test('is not turned on without an app', async () => {
      const person = await registered(store());
      expect(await store().turnTwoStepOn(await aChange(person), someHashes())).toBe(false);
      expect(await countersOf(person)).toEqual({ twoStep: false, version: 0, epoch: 0 });
    });

    test('takes app and recovery codes along as it is turned off', async () => {
      const [person, other] = [await guarded(), await guarded()];
      expect(await store().turnTwoStepOff(await aChange(person, { endsOthers: true }))).toBe(true);
      const none = { twoStep: false, totp: null, recoveryCodes: null, trustedDevices: [] };
      expect(await store().findFactors(person.user.id, now)).toEqual(none);
      expect(await countersOf(person)).toEqual({ twoStep: false, version: 2, epoch: 1 });
      expect(await countersOf(other)).toEqual({ twoStep: true, version: 1, epoch: 0 });
      expect(await store().hasRecoveryCode(other.user.id, other.hashes[3] ?? '')).toBe(true);
    });
  });

  describe('recovery codes', () => {
    test('are replaced all at once, by one of many at the same moment', async () => {
      const person = await guarded();
      const change = await aChange(person);
      const sets = Array.from({ length: 4 }, someHashes);
      const replaced = await Promise.all(
        sets.map((hashes) => store().replaceRecoveryCodes({ ...change, events: [] }, hashes)),
      );
      expect(replaced.filter(Boolean)).toHaveLength(1);
      const winner = sets[replaced.indexOf(true)] ?? [];
      expect((await store().findFactors(person.user.id, now)).recoveryCodes?.left).toBe(10);
      expect(await store().hasRecoveryCode(person.user.id, winner[0] ?? '')).toBe(true);
      expect(await store().hasRecoveryCode(person.user.id, person.hashes[0] ?? '')).toBe(false);
    });

    test('are made for nobody without two-step sign-in, and found for nobody else', async () => {
      const [person, stranger] = [await guarded(), await registered(store())];
      expect(await store().replaceRecoveryCodes(await aChange(stranger), someHashes())).toBe(false);
      expect(await store().hasRecoveryCode(stranger.user.id, person.hashes[0] ?? '')).toBe(false);
    });
  });

  describe('a secret that an old key seals', () => {
    test('is counted, and replaced only as it was read', async () => {
      const person = await guarded();
      await store().startTotp(anEnrolment(person), now);
      expect(await store().countSealedByOthers('kid-0', now)).toBe(0);
      expect(await store().countSealedByOthers('kid-1', now)).toBe(2);
      expect(await store().countSealedByOthers('kid-1', later(hour))).toBe(1);
      const to = { kid: 'kid-1', sealed: new Uint8Array(randomBytes(48)) };
      await store().resealTotp(person.user.id, { kid: 'kid-0', sealed: new Uint8Array(randomBytes(48)) }, to);
      expect(await store().findTotp(person.user.id)).toMatchObject({ kid: 'kid-0' });
      await store().resealTotp(person.user.id, person.enrolment, to);
      expect(await store().findTotp(person.user.id)).toMatchObject({ kid: 'kid-1', lastStep: 7 });
      expect(await store().countSealedByOthers('kid-1', later(hour))).toBe(0);
    });
  });

  describe('a reset by an operator', () => {
    test('takes all away that is beside the password, and ends every session', async () => {
      const [person, other] = [await guarded(), await guarded()];
      const { passwordHash } = (await store().findUser(person.user.id)) ?? {};
      await store().resetFactors(person.user.id, anEvent(person.user.id, { type: 'factors_reset' }), {
        keepPasskeys: false,
      });
      expect(await countersOf(person)).toEqual({ twoStep: false, version: 2, epoch: 1 });
      expect(await store().findUser(person.user.id)).toMatchObject({ passwordHash });
      expect(await store().findTotp(person.user.id)).toBeNull();
      expect(await store().hasRecoveryCode(person.user.id, person.hashes[0] ?? '')).toBe(false);
      expect(await sessionRow(store(), person.session.id)).toMatchObject({ endReason: 'factor_changed' });
      expect(await countersOf(other)).toEqual({ twoStep: true, version: 1, epoch: 0 });
    });
  });

  test('purge deletes apps that waited until their time was over, and no other', async () => {
    const [over, waiting] = [await registered(store()), await registered(store())];
    await store().startTotp(anEnrolment(over, { expiresAt: later(10) }), now);
    await store().startTotp(anEnrolment(waiting, { expiresAt: later(20) }), now);
    expect(await store().purge('totp_enrolments', later(20), 10)).toBe(1);
    expect(await store().countTotpTry(over.user.id, over.session.id, now)).toBeNull();
    expect(await store().countTotpTry(waiting.user.id, waiting.session.id, now)).not.toBeNull();
  });

  test('forgets no trusted device that is not there', async () => {
    const { user } = await registered(store());
    expect(await store().forgetDevice(user.id, randomUUID(), anEvent(user.id, { type: 'device_forgotten' }))).toBe(
      false,
    );
    expect(await eventTypes(store(), user.id)).toEqual(['signed_up']);
  });
}
