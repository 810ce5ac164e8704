import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { NewMail } from '#db/store/mails.ts';
import type { SignUpRow } from '#db/store/sign-ups.ts';
import type { Store } from '#db/store/store.ts';
import { aUser, begin, eventTypes, hour, inParallel, later, now, registered, sessionRow } from './fixtures.ts';

const minute = 60 * 1000;
const address = 'ada@example.org';

function aSignUp(over: Partial<SignUpRow> = {}): SignUpRow {
  const secret = { secretHash: 'hash of its secret', kid: 'kid-0', nonce: randomBytes(32) };
  const person = { email: address, name: 'Ada', passwordHash: 'hash-0', persistent: true };
  const counts = { tries: 0, mails: 1, mailedAt: now, expiresAt: later(hour) };
  return { id: randomUUID(), ...secret, ...person, ...counts, ...over };
}

function itsMail(over: Partial<NewMail> = {}): NewMail {
  const told = { recipient: address, at: now, userAgent: 'Browser', ip: '192.0.2.0' };
  return { id: randomUUID(), kind: 'sign_up_code', ...told, ...over };
}

export function signUpContract(store: () => Store): void {
  async function added(over: Partial<SignUpRow> = {}): Promise<SignUpRow> {
    const signUp = aSignUp(over);
    await store().addSignUp(signUp, itsMail());
    return signUp;
  }
  async function tryTimes(signUp: SignUpRow, times: number) {
    for (let tries = 0; tries < times; tries++) await store().countCodeTry(signUp, now);
  }
  const mailsOf = async ({ id }: SignUpRow) =>
    (await store().listMails(['waiting'], 100)).filter(({ signUpId }) => signUpId === id);

  /** Completes a sign-up, by its first right code. */
  function complete({ id: signUpId, ...typed }: SignUpRow, endSessionId: string | null = null) {
    const user = aUser({ email: typed.email });
    const event = { type: 'signed_up' as const };
    return { user, ...begin(store(), user.id, { kind: 'sign_up', signUpId, user }, { endSessionId, event }) };
  }

  describe('a sign-up', () => {
    test('waits, with a mail that brings its code, and is no account', async () => {
      const signUp = aSignUp({ name: null, persistent: false });
      const mail = itsMail();
      await store().addSignUp(signUp, mail);
      const found = await store().findSignUp(signUp.id, now);
      expect({ ...found, nonce: Buffer.from(found?.nonce ?? []) }).toEqual(signUp);
      const waiting = { state: 'waiting', userId: null, linkId: null, signUpId: signUp.id, expiresAt: later(hour) };
      expect(await store().findMail(mail.id)).toMatchObject({ ...mail, ...waiting });
      expect(await store().findUserByEmail(address)).toBeNull();
    });

    test('may name an address that has an account, or is named by others', async () => {
      const user = aUser({ email: address });
      expect(await begin(store(), user.id, { kind: 'new_account', user }).outcome).toBe('begun');
      const all = [await added(), await added()];
      for (const { id } of all) expect(await store().findSignUp(id, now)).toMatchObject({ email: address });
    });

    test('is not found once it is over, to the millisecond, nor by another id', async () => {
      const { id } = await added();
      expect(await store().findSignUp(id, later(hour - 1))).not.toBeNull();
      expect(await store().findSignUp(id, later(hour))).toBeNull();
      expect(await store().findSignUp('another', now)).toBeNull();
    });

    test('is deleted after its end', async () => {
      const { id } = await added();
      expect(await store().purge('sign_ups', later(hour), 10)).toBe(0);
      expect(await store().findSignUp(id, now)).not.toBeNull();
      expect(await store().purge('sign_ups', later(hour + 1), 10)).toBe(1);
      expect(await store().findSignUp(id, now)).toBeNull();
    });
  });

  describe('a code', () => {
    test('is counted before it is compared, five times, and then the sign-up is over', async () => {
      const signUp = await added();
      for (let tries = 1; tries <= 5; tries++)
        expect(await store().countCodeTry(signUp, now)).toMatchObject({ id: signUp.id, tries });
      expect(await store().countCodeTry(signUp, now)).toBeNull();
      expect(await store().findSignUp(signUp.id, now)).toBeNull();
    });

    test('of 100 that are typed at once five are compared', async () => {
      const signUp = await added();
      const counted = await inParallel(100, () => store().countCodeTry(signUp, now));
      const tries = counted.flatMap((row) => row?.tries ?? []).sort();
      expect(tries).toEqual([1, 2, 3, 4, 5]);
    });

    test('counts for nothing with another secret, for another sign-up, or after its end', async () => {
      const signUp = await added();
      const other = await added({ secretHash: 'hash of another secret' });
      const wrong = { id: signUp.id, secretHash: other.secretHash };
      expect(await store().countCodeTry(wrong, now)).toBeNull();
      expect(await store().countCodeTry({ ...wrong, secretHash: '' }, now)).toBeNull();
      expect(await store().countCodeTry({ ...signUp, id: 'another' }, now)).toBeNull();
      expect(await store().countCodeTry(signUp, later(hour))).toBeNull();
      expect(await store().findSignUp(signUp.id, now)).toMatchObject({ tries: 0 });
      expect(await store().countCodeTry(signUp, later(hour - 1))).toMatchObject({ tries: 1 });
    });
  });

  describe('a code that is mailed again', () => {
    const mailAgain = (signUp: SignUpRow, at: Date, mailedBefore = new Date(at.getTime() - minute)) =>
      store().mailCodeAgain(signUp, mailedBefore, itsMail({ at }));

    test('is, a minute after the last mail and not before, three times', async () => {
      const signUp = await added();
      expect(await mailAgain(signUp, later(minute - 1))).toBe(false);
      for (const minutes of [1, 2, 3]) {
        expect(await mailAgain(signUp, later(minutes * minute))).toBe(true);
        expect(await mailAgain(signUp, later((minutes + 1) * minute - 1))).toBe(false);
      }
      expect(await mailAgain(signUp, later(hour - 1))).toBe(false);
      expect(await store().findSignUp(signUp.id, now)).toMatchObject({ mails: 4, mailedAt: later(3 * minute) });
      expect((await mailsOf(signUp)).map(({ at }) => at)).toEqual([3, 2, 1, 0].map((count) => later(count * minute)));
    });

    test('is by one of twenty at once', async () => {
      const signUp = await added();
      const mailed = await inParallel(20, () => mailAgain(signUp, later(minute)));
      expect(mailed.filter(Boolean)).toHaveLength(1);
      expect(await mailsOf(signUp)).toHaveLength(2);
    });

    test('is not with another secret, nor once the sign-up is over by its time or by wrong codes', async () => {
      const [signUp, spent] = [await added(), await added()];
      await tryTimes(spent, 5);
      expect(await mailAgain({ ...signUp, secretHash: 'another' }, later(minute))).toBe(false);
      expect(await mailAgain(signUp, later(hour))).toBe(false);
      expect(await mailAgain(spent, later(minute))).toBe(false);
      for (const one of [signUp, spent]) expect(await mailsOf(one)).toHaveLength(1);
    });
  });

  describe('a session on a sign-up', () => {
    test('makes the account with its address verified, the session and an event, and the sign-up is gone', async () => {
      const signUp = await added();
      const { user, session, outcome } = complete(signUp);
      expect(await outcome).toBe('begun');
      const verified = {
        ...user,
        emailVouched: false,
        twoStep: false,
        emailVerifiedAt: session.createdAt,
        credentialVersion: 0,
        epoch: 0,
        deletesAt: null,
      };
      expect(await store().findUserByEmail(address)).toEqual(verified);
      expect(await store().findSafeguards(user.id)).toMatchObject({ isEmailVerified: true });
      expect(await sessionRow(store(), session.id)).toMatchObject({ userId: user.id, head: 0, userEpoch: 0 });
      expect(await eventTypes(store(), user.id)).toEqual(['signed_up']);
      expect(await store().findSignUp(signUp.id, now)).toBeNull();
    });

    test('ends the session that the browser had', async () => {
      const { session: old } = await registered(store());
      expect(await complete(await added(), old.id).outcome).toBe('begun');
      expect(await sessionRow(store(), old.id)).toMatchObject({ endedAt: now.getTime(), endReason: 'replaced' });
    });

    test('of twenty at once one account comes', async () => {
      const signUp = await added();
      const all = Array.from({ length: 20 }, () => complete(signUp));
      const outcomes = await Promise.all(all.map(({ outcome }) => outcome));
      expect(outcomes.sort()).toEqual(['begun', ...Array.from({ length: 19 }, () => 'refused')]);
      const users = await Promise.all(all.map(({ user }) => store().findUser(user.id)));
      const sessions = await Promise.all(all.map(({ session }) => store().findSession(session.id)));
      expect([users, sessions].map((found) => found.filter((row) => row !== null).length)).toEqual([1, 1]);
    });

    test('of twenty sign-ups for one address, completed at once, one account comes', async () => {
      const signUps = await inParallel(20, () => added());
      const all = signUps.map((signUp) => complete(signUp));
      const outcomes = await Promise.all(all.map(({ outcome }) => outcome));
      expect(outcomes.sort()).toEqual(['begun', ...Array.from({ length: 19 }, () => 'email_taken')]);
      const left = await Promise.all(signUps.map(({ id }) => store().findSignUp(id, now)));
      expect(left.filter((signUp) => signUp !== null)).toHaveLength(19);
    });

    test('is refused when the sign-up is gone, and writes nothing', async () => {
      const { session: bystander } = await registered(store());
      const { user, session, outcome } = complete(aSignUp(), bystander.id);
      expect(await outcome).toBe('refused');
      expect(await store().findUser(user.id)).toBeNull();
      expect(await store().findSession(session.id)).toBeNull();
      expect((await sessionRow(store(), bystander.id)).endedAt).toBeNull();
    });

    test('is refused when somebody was quicker with the address, and writes nothing: the sign-up stays', async () => {
      const { session: bystander } = await registered(store());
      const signUp = await added();
      const quicker = aUser({ email: address });
      await begin(store(), quicker.id, { kind: 'new_account', user: quicker }).outcome;
      const { user, session, outcome } = complete(signUp, bystander.id);
      expect(await outcome).toBe('email_taken');
      expect(await store().findSignUp(signUp.id, now)).toMatchObject({ tries: 0 });
      expect(await store().findUserByEmail(address)).toMatchObject({ id: quicker.id, emailVerifiedAt: null });
      expect(await store().findUser(user.id)).toBeNull();
      expect(await store().findSession(session.id)).toBeNull();
      expect(await eventTypes(store(), user.id)).toEqual([]);
      expect((await sessionRow(store(), bystander.id)).endedAt).toBeNull();
    });
  });

  describe('the mail of a sign-up for an address that has an account', () => {
    async function claimed() {
      const signUp = await added();
      const mail = await store().claimMail(now, later(minute));
      if (!mail) throw new Error('There is no mail.');
      return { signUp, mail };
    }

    test('becomes one that says so, and may wait for a day', async () => {
      const { mail, signUp } = await claimed();
      const { user } = await registered(store());
      const marked = await store().markTaken(mail, { userId: user.id, keptUntil: null });
      const kind = 'sign_up_taken' as const;
      expect(marked).toEqual({ ...mail, kind, userId: user.id, expiresAt: later(24 * hour) });
      expect(await store().findMail(mail.id)).toEqual(marked);
      expect(await store().findSignUp(signUp.id, now)).toMatchObject({ tries: 0, mails: 1 });
    });

    test('does not once another try of it has begun, or the sign-up has made the account', async () => {
      const { user } = await registered(store());
      const { mail, signUp } = await claimed();
      await store().claimMail(later(minute), later(2 * minute));
      expect(await store().markTaken(mail, { userId: user.id, keptUntil: null })).toBeNull();
      const again = { ...mail, attempts: 2 };
      expect(await complete(signUp).outcome).toBe('begun');
      expect(await store().markTaken(again, { userId: user.id, keptUntil: null })).toBeNull();
      expect(await store().findMail(mail.id)).toMatchObject({ kind: 'sign_up_code', userId: null });
    });
  });
}
