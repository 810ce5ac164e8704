import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { EmailChange } from '#db/store/email-changes.ts';
import type { Store } from '#db/store/store.ts';
import { codeTries, noticeLimit } from '#lib/core/policy.ts';
import {
  aChange,
  aClaimedMail,
  aLast,
  aMail,
  anEvent,
  anUndo,
  begin,
  eventTypes,
  hour,
  inParallel,
  later,
  now,
  original,
  registered,
} from './fixtures.ts';

type Registered = Awaited<ReturnType<typeof registered>>;

/** A change of address, from the question to the code. What the right code then does is in address-changes.contract.ts. */
export function emailChangeContract(store: () => Store): void {
  async function ask(
    { user, session }: Pick<Registered, 'user' | 'session'>,
    { at = now, ...over }: Partial<EmailChange> & { at?: Date } = {},
  ) {
    const change = aChange(user.id, over);
    const codeMail = aMail({ kind: 'email_code', recipient: change.email, at });
    const event = anEvent(user.id, { type: 'email_change_asked', sessionId: session.id, at });
    const askedMail = { id: randomUUID(), detail: 'n…@example.org' };
    const isAsked = await store().askEmailChange({
      change,
      sessionId: session.id,
      codeMail,
      told: { event, askedMail },
    });
    return { change, codeMail, askedMail, isAsked };
  }
  const find = async (userId: string, at = now) => {
    const found = await store().findEmailChange(userId, at);
    return found && { ...found, nonce: Buffer.from(found.nonce) };
  };
  const prove = ({ user, session }: Pick<Registered, 'user' | 'session'>, change: EmailChange, at = now) =>
    store().verifyEmail({
      change,
      sessionId: session.id,
      event: anEvent(user.id, { type: 'email_verified', sessionId: session.id, at }),
    });

  describe('a change of address that waits', () => {
    test('is found as it was asked for, until its time is over', async () => {
      const person = await registered(store());
      const { change } = await ask(person);
      expect(await find(person.user.id, later(hour - 1))).toEqual(change);
      expect(await find(person.user.id, later(hour))).toBeNull();
      expect(await find(randomUUID())).toBeNull();
      expect(await eventTypes(store(), person.user.id)).toEqual(['email_change_asked', 'signed_up']);
    });

    test('mails the code to the new address, and tells the present one', async () => {
      const person = await registered(store());
      const { change, codeMail, askedMail } = await ask(person);
      const { id: userId, email } = person.user;
      expect(await store().findMail(codeMail.id)).toMatchObject({
        ...{ kind: 'email_code', recipient: change.email, userId, emailChangeId: change.id, detail: null },
        ...{ state: 'waiting', expiresAt: later(hour) },
      });
      expect(await store().findMail(askedMail.id)).toMatchObject({
        ...{ kind: 'email_asked', recipient: email, userId, detail: 'n…@example.org', linkId: null },
        ...{ eventType: 'email_change_asked', expiresAt: later(24 * hour) },
      });
    });

    test('is replaced whole by the next, whose tries begin anew', async () => {
      const person = await registered(store());
      const { change: first } = await ask(person);
      await store().countEmailTry(person.user.id, now);
      const { change: second } = await ask(person);
      expect(await find(person.user.id)).toEqual(second);
      expect(second.id).not.toBe(first.id);
      expect(await prove(person, first)).toBe(false);
    });

    test('of ten asked for at once one stands, with its own address, secret and id', async () => {
      const person = await registered(store());
      const asked = await inParallel(10, () => ask(person));
      const found = await find(person.user.id);
      expect(asked.map(({ change }) => change)).toContainEqual(found);
    });

    test('is not asked for by a session that was ended', async () => {
      const person = await registered(store());
      await store().endSession(person.session.id, 'signed_out', anEvent(person.user.id, { type: 'signed_out' }));
      const { isAsked, codeMail, askedMail } = await ask(person);
      expect(isAsked).toBe(false);
      expect(await find(person.user.id)).toBeNull();
      for (const { id } of [codeMail, askedMail]) expect(await store().findMail(id)).toBeNull();
    });

    test('is not asked for by another person’s session', async () => {
      const person = await registered(store());
      const { session } = await registered(store());
      expect((await ask({ user: person.user, session })).isAsked).toBe(false);
    });

    test(`of forty codes at once ${codeTries} are counted`, async () => {
      const person = await registered(store());
      await ask(person);
      const counted = await inParallel(40, () => store().countEmailTry(person.user.id, now));
      const tries = counted.flatMap((change) => change?.tries ?? []).sort();
      expect(tries).toEqual([1, 2, 3, 4, 5]);
      expect(await find(person.user.id)).toBeNull();
    });

    test('counts no code once its time is over', async () => {
      const person = await registered(store());
      await ask(person);
      expect(await store().countEmailTry(person.user.id, later(hour))).toBeNull();
    });

    test('is given up, and so is one that is not there', async () => {
      const person = await registered(store());
      const stranger = await registered(store());
      await ask(person);
      await ask(stranger);
      await store().dropEmailChange(person.user.id);
      await store().dropEmailChange(person.user.id);
      expect(await find(person.user.id)).toBeNull();
      expect(await find(stranger.user.id)).not.toBeNull();
    });

    test('goes with its user', async () => {
      const person = await registered(store());
      await ask(person);
      await store().deleteAccount(person.user, null, aLast());
      expect(await find(person.user.id)).toBeNull();
    });

    test(`tells the present address ${noticeLimit.count} times an hour at most`, async () => {
      const person = await registered(store(), { idleExpiresAt: later(2 * hour).getTime() });
      const told = [];
      for (let count = 0; count <= noticeLimit.count; count++) told.push((await ask(person)).askedMail.id);
      told.push((await ask(person, { at: later(hour) })).askedMail.id);
      const mails = await Promise.all(told.map((id) => store().findMail(id)));
      expect(mails.map((mail) => mail !== null)).toEqual([
        ...Array<boolean>(noticeLimit.count).fill(true),
        ...[false, true],
      ]);
    });
  });

  describe('a new password gives up a change of address', () => {
    test('set by a link', async () => {
      const person = await registered(store());
      await ask(person);
      const link = { ...anUndo(person.user.id, person.user.email), kind: 'operator', email: null } as const;
      await store().addOperatorLink(link);
      const event = anEvent(person.user.id, { type: 'password_reset' });
      expect(await store().redeemPasswordLink({ link, passwordHash: 'hash-1', event, proof: null })).toBe('used');
      expect(await find(person.user.id)).toBeNull();
    });

    test('set by an operator', async () => {
      const person = await registered(store());
      await ask(person);
      await store().setPassword(person.user.id, 'hash-1', anEvent(person.user.id, { type: 'password_reset' }));
      expect(await find(person.user.id)).toBeNull();
    });

    test('set by whoever is signed in', async () => {
      const { user, session } = await registered(store());
      await ask({ user, session });
      const [kind, askingSessionId] = ['new_password', session.id] as const;
      const basis = { kind, shown: original, askingSessionId, passwordHash: 'hash-1' };
      expect(await begin(store(), user.id, basis, { event: { type: 'password_changed' } }).outcome).toBe('begun');
      expect(await find(user.id)).toBeNull();
    });
  });

  describe('one’s own address', () => {
    test('is verified, and nothing else changes', async () => {
      const person = await registered(store());
      const { change } = await ask(person, { email: person.user.email });
      expect(await prove(person, change, later(1000))).toBe(true);
      expect(await store().findUser(person.user.id)).toMatchObject({
        ...{ email: person.user.email, emailVerifiedAt: later(1000), ...original },
      });
      expect(await find(person.user.id)).toBeNull();
      expect(await prove(person, change)).toBe(false);
    });

    test('is not verified by a change to another', async () => {
      const person = await registered(store());
      const { change } = await ask(person);
      expect(await prove(person, change)).toBe(false);
      expect(await prove(person, { ...change, email: person.user.email })).toBe(false);
      expect(await store().findSafeguards(person.user.id)).toMatchObject({ isEmailVerified: false });
    });

    test('is not verified past the hour, nor for a session that was ended', async () => {
      const person = await registered(store());
      const { change } = await ask(person, { email: person.user.email });
      expect(await prove(person, change, later(hour))).toBe(false);
      await store().endSession(person.session.id, 'signed_out', anEvent(person.user.id, { type: 'signed_out' }));
      expect(await prove(person, change)).toBe(false);
      expect(await store().findSafeguards(person.user.id)).toMatchObject({ isEmailVerified: false });
    });
  });

  describe('the mail with the code of an address that is taken', () => {
    /** Claims the mail with the code. The one to the present address is due at the same moment. */
    async function claimedCode() {
      for (;;) {
        const mail = await store().claimMail(now, later(hour));
        if (mail === null || mail.kind === 'email_code') return mail;
      }
    }

    test('says so to its holder instead', async () => {
      const person = await registered(store());
      const { user: holder } = await registered(store());
      await ask(person, { email: holder.email });
      const mail = await claimedCode();
      if (!mail) throw new Error('No mail was due.');
      const marked = await store().markTaken(mail, { userId: holder.id, keptUntil: null });
      expect(marked).toMatchObject({
        kind: 'email_taken',
        userId: holder.id,
        detail: null,
        expiresAt: later(24 * hour),
      });
    });

    test('says for how long, where the address is kept', async () => {
      const person = await registered(store());
      const { user: holder } = await registered(store());
      await ask(person);
      const mail = await claimedCode();
      const keptUntil = later(3 * hour);
      const marked = mail && (await store().markTaken(mail, { userId: holder.id, keptUntil }));
      expect(marked).toMatchObject({ kind: 'email_taken', detail: keptUntil.toISOString() });
    });

    test('says nothing once the change is over', async () => {
      const person = await registered(store());
      await ask(person);
      const mail = await claimedCode();
      await store().dropEmailChange(person.user.id);
      expect(mail && (await store().markTaken(mail, { userId: person.user.id, keptUntil: null }))).toBeNull();
    });

    test('is none of another kind', async () => {
      const mail = await aClaimedMail(store());
      const { user } = await registered(store());
      expect(await store().markTaken(mail, { userId: user.id, keptUntil: null })).toBeNull();
    });
  });
}
