import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { EmailChange } from '#db/store/email-changes.ts';
import type { MailRow } from '#db/store/mails.ts';
import type { Store } from '#db/store/store.ts';
import {
  aChange,
  aLink,
  aMail,
  anEvent,
  anUndo,
  aUser,
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
import { arrived } from './providing.ts';

type Registered = Awaited<ReturnType<typeof registered>>;
type Person = Pick<Registered, 'user' | 'session'>;
const week = 7 * 24 * hour;

/** What gives a user another address: the code of a change, its undoing, and an operator. */
export function addressChangeContract(store: () => Store): void {
  async function asked({ user, session }: Person, over: Partial<EmailChange> = {}) {
    const change = aChange(user.id, over);
    const codeMail = aMail({ kind: 'email_code', recipient: change.email });
    expect(await store().askEmailChange({ change, sessionId: session.id, codeMail, told: null })).toBe(true);
    return change;
  }
  async function make({ user, session }: Person, change: EmailChange, { from = user.email, at = now } = {}) {
    const undo = anUndo(user.id, from, { expiresAt: new Date(at.getTime() + week) });
    const undoMail = { ...aMail({ kind: 'email_undo', recipient: from, at }), detail: 'n…@example.org' };
    const noticeId = randomUUID();
    const event = anEvent(user.id, { type: 'email_changed', sessionId: session.id, at, noticeId });
    const outcome = await store().changeEmail({ change, sessionId: session.id, undo, undoMail, event });
    return { outcome, undo, undoMail, noticeId };
  }
  /** Changes the address of a person, and returns the link that undoes it. */
  async function changed(
    person: Person,
    { from = person.user.email, to = `${randomUUID()}@example.org`, at = now } = {},
  ) {
    const change = await asked(person, { email: to });
    const made = await make(person, change, { from, at });
    expect(made.outcome).toBe('changed');
    return { from, to, ...made };
  }
  async function undo(
    { undo: link, to: from }: Pick<Awaited<ReturnType<typeof changed>>, 'undo' | 'to'>,
    { at = now } = {},
  ) {
    const { userId, email } = link;
    const noticeId = randomUUID();
    const formerMail = { ...aMail({ kind: 'notice', recipient: from, at }), detail: 'o…@example.org' };
    const reset = { link: aLink(userId, { kind: 'reset', email }), mail: aMail({ recipient: email, at }) };
    const event = anEvent(userId, { type: 'email_change_undone', at, noticeId });
    const input = { link, from, event, formerMail, reset, changedAt: now, proof: null };
    return { outcome: await store().undoEmailChange({ ...input, rpId: 'localhost' }), noticeId, formerMail, reset };
  }
  const isGood = async ({ id }: { id: string }, at = now) => (await store().findMailLink(id, at)) !== null;
  const allMails = () => store().listMails(['waiting'], 100);
  const told = async (type: MailRow['eventType']) =>
    (await allMails()).filter((mail) => mail.eventType === type).map(({ recipient }) => recipient);

  describe('a change of address', () => {
    test('makes the new one the user’s, verified, and ends every other session', async () => {
      const { user, session } = await registered(store());
      const other = await signedIn(store(), user);
      const { to } = await changed({ user, session });
      expect(await store().findUser(user.id)).toMatchObject({
        ...{ email: to, emailVerifiedAt: now, passwordHash: 'hash-0', credentialVersion: 1, epoch: 1 },
      });
      expect(await sessionRow(store(), session.id)).toMatchObject({ endedAt: null, userEpoch: 1 });
      expect(await sessionRow(store(), other.id)).toMatchObject({ endReason: 'email_changed' });
      expect(await store().findEmailChange(user.id, now)).toBeNull();
      expect(await eventTypes(store(), user.id)).toEqual(['email_changed', 'signed_in', 'signed_up']);
    });

    test('tells the new address, and mails the earlier one the link that undoes it', async () => {
      const person = await registered(store());
      const { from, to, undo: link, undoMail, noticeId } = await changed(person);
      expect(await store().findMail(noticeId)).toMatchObject({ kind: 'notice', recipient: to, detail: null });
      expect(await store().findMail(undoMail.id)).toMatchObject({
        ...{ kind: 'email_undo', recipient: from, linkId: link.id, detail: 'n…@example.org' },
        ...{ userId: person.user.id, expiresAt: later(week) },
      });
      expect((await store().findMailLink(link.id, later(week - 1)))?.link).toMatchObject({ kind: 'undo', email: from });
      expect(await isGood(link, later(week))).toBe(false);
      expect(await told('email_changed')).toEqual([to]);
    });

    test('voids the links with which somebody could set the password', async () => {
      const person = await registered(store());
      const { id, email } = person.user;
      const operators = aLink(id);
      await store().addOperatorLink(operators);
      const { user: stranger } = await registered(store());
      const strangers = aLink(stranger.id);
      await store().addOperatorLink(strangers);
      await changed(person, { from: email });
      expect([await isGood(operators), await isGood(strangers)]).toEqual([false, true]);
    });

    test('keeps whether a mail had proved the earlier address, by the person’s row before the new one is', async () => {
      const isProved = async ({ undo: { id } }: Awaited<ReturnType<typeof changed>>) =>
        (await store().findMailLink(id, now))?.link.addressProved;
      const [unverified, vouched, proved] = [await registered(store()), await arrived(store()), await arrived(store())];
      expect(await store().findUser(vouched.user.id)).toMatchObject({ emailVerifiedAt: now, emailVouched: true });
      const event = anEvent(proved.user.id, { type: 'email_verified' });
      expect(await store().setVerified(proved.user.id, proved.user.email, event)).toBe(true);
      const changes = [await changed(unverified), await changed(vouched), await changed(proved)] as const;
      expect(await Promise.all(changes.map(isProved))).toEqual([false, false, true]);
      // The new address is, by the code.
      expect(await store().findUser(vouched.user.id)).toMatchObject({ emailVerifiedAt: now, emailVouched: false });
      const [, { to: from }] = changes;
      expect(await isProved(await changed(vouched, { from, at: later(1000) }))).toBe(true);
    });

    test('is made once by twenty tries at once', async () => {
      const person = await registered(store());
      const change = await asked(person);
      const outcomes = await inParallel(20, async () => (await make(person, change)).outcome);
      expect(outcomes.filter((outcome) => outcome === 'changed')).toHaveLength(1);
      expect(new Set(outcomes)).toEqual(new Set(['changed', 'void']));
      expect(await store().findUser(person.user.id)).toMatchObject({ epoch: 1 });
    });

    test('is not made past its hour, for a session that was ended, or after another has taken its place', async () => {
      const person = await registered(store());
      const first = await asked(person);
      expect((await make(person, first, { at: later(hour) })).outcome).toBe('void');
      await asked(person);
      expect((await make(person, first)).outcome).toBe('void');
      const again = await asked(person, { email: first.email });
      expect((await make(person, first)).outcome).toBe('void');
      expect(again.id).not.toBe(first.id);
      const second = await asked(person);
      expect((await make(person, { ...second, email: first.email })).outcome).toBe('void');
      await store().endSession(person.session.id, 'signed_out', anEvent(person.user.id, { type: 'signed_out' }));
      expect((await make(person, second)).outcome).toBe('void');
      expect(await store().findUser(person.user.id)).toMatchObject({ email: person.user.email, ...original });
    });

    test('keeps to the address that it was made from', async () => {
      const person = await registered(store());
      const change = await asked(person);
      expect((await make(person, change, { from: 'another@example.org' })).outcome).toBe('void');
    });

    test('moves an unused successor of the session along, and its first use ends what it replaces', async () => {
      const { user, session } = await registered(store());
      const { headKid, ...successor } = { ...session, id: randomUUID(), replaces: session.id };
      expect(await store().addSuccessor({ ...successor, headKid }, original, null)).toBe('added');
      await changed({ user, session });
      for (const id of [session.id, successor.id])
        expect(await sessionRow(store(), id)).toMatchObject({ endedAt: null, userEpoch: 1 });
    });

    test('gives no address of which another has an account', async () => {
      const person = await registered(store());
      const { user: holder } = await registered(store());
      const change = await asked(person, { email: holder.email });
      expect((await make(person, change)).outcome).toBe('email_taken');
      expect(await store().findUser(person.user.id)).toMatchObject({ email: person.user.email, ...original });
      expect(await store().findEmailChange(person.user.id, now)).not.toBeNull();
    });

    test('to one address by ten people at once gives it to one of them', async () => {
      const email = `${randomUUID()}@example.org`;
      const people: Person[] = [];
      for (let count = 0; count < 10; count++) people.push(await registered(store()));
      const changes = await Promise.all(people.map((person) => asked(person, { email })));
      const outcomes = await inParallel(10, async (index) => {
        const [person, change] = [people[index], changes[index]];
        return person && change && (await make(person, change)).outcome;
      });
      expect(outcomes.sort()).toEqual(['changed', ...Array<string>(9).fill('email_taken')]);
    });

    test('and new accounts with its address at once make one of them', async () => {
      const person = await registered(store());
      const email = `${randomUUID()}@example.org`;
      const change = await asked(person, { email });
      const outcomes = await inParallel(9, async (index) => {
        if (index === 4) return (await make(person, change)).outcome;
        const user = aUser({ email });
        return begin(store(), user.id, { kind: 'new_account', user }, { event: { type: 'signed_up' } }).outcome;
      });
      expect(outcomes.filter((outcome) => outcome === 'changed' || outcome === 'begun')).toHaveLength(1);
    });
  });

  describe('the earlier address', () => {
    test('is kept from new accounts, by every way, while the change can be undone', async () => {
      const person = await registered(store());
      const { from } = await changed(person);
      const add = async (at: Date) => {
        const user = aUser({ email: from, createdAt: at });
        return { user, outcome: await store().createUser(user, anEvent(user.id, { type: 'signed_up', at })) };
      };
      const signUp = aUser({ email: from });
      const begun = begin(store(), signUp.id, { kind: 'new_account', user: signUp }, { event: { type: 'signed_up' } });
      expect(await begun.outcome).toBe('refused');
      expect((await add(later(week - 1))).outcome).toBe('email_taken');
      expect((await add(later(week))).outcome).toBe('created');
    });

    test('is kept from a sign-up whose code was typed', async () => {
      const person = await registered(store());
      const { from } = await changed(person);
      const signUp = {
        ...{ id: randomUUID(), secretHash: 'secret', email: from, name: null, passwordHash: 'hash', persistent: false },
        ...{ kid: 'kid-0', nonce: new Uint8Array(32), tries: 0, mails: 1, mailedAt: now, expiresAt: later(hour) },
      };
      await store().addSignUp(signUp, aMail({ kind: 'sign_up_code', recipient: from }));
      const user = aUser({ email: from });
      const basis = { kind: 'sign_up', signUpId: signUp.id, user } as const;
      expect(await begin(store(), user.id, basis, { event: { type: 'signed_up' } }).outcome).toBe('email_taken');
    });

    test('is kept from other people’s changes, and the person’s own to it is made', async () => {
      const person = await registered(store());
      const { from, to } = await changed(person);
      const stranger = await registered(store());
      expect((await make(stranger, await asked(stranger, { email: from }))).outcome).toBe('email_taken');
      const back = await asked(person, { email: from });
      expect((await make(person, back, { from: to })).outcome).toBe('changed');
    });

    test('is kept from an operator’s change too', async () => {
      const person = await registered(store());
      const { from } = await changed(person);
      const { user } = await registered(store());
      const input = { userId: user.id, from: user.email, to: from, formerMail: null };
      const event = anEvent(user.id, { type: 'email_changed' });
      expect(await store().setEmail({ ...input, event })).toBe('email_taken');
    });

    test('is not given away in the same moment', async () => {
      const person = await registered(store());
      const change = await asked(person);
      const [outcome] = await Promise.all([
        make(person, change),
        ...(await inParallel(6, async () => {
          const user = aUser({ email: person.user.email });
          const event = anEvent(user.id, { type: 'signed_up' });
          expect(await store().createUser(user, event)).toBe('email_taken');
        })),
      ]);
      expect(outcome.outcome).toBe('changed');
    });

    test('is held by the person whom it is kept for', async () => {
      const person = await registered(store());
      const { id: userId, email } = person.user;
      expect(await store().findHolder(email, now)).toEqual({ userId, keptUntil: null });
      const { to } = await changed(person);
      expect(await store().findHolder(email, now)).toEqual({ userId, keptUntil: later(week) });
      expect(await store().findHolder(to, now)).toEqual({ userId, keptUntil: null });
      expect(await store().findHolder(email, later(week))).toBeNull();
    });

    test('is told of what happens to the account while the change can be undone', async () => {
      const person = await registered(store());
      const { from, to, undo: link } = await changed(person);
      const notify = (at: Date) =>
        store().setPassword(
          person.user.id,
          'hash-1',
          anEvent(person.user.id, { type: 'password_reset', at, noticeId: randomUUID() }),
        );
      await notify(later(week - 1));
      expect((await told('password_reset')).sort()).toEqual([from, to].sort());
      const toEarlier = (await allMails()).find(({ eventType, recipient }) => eventType && recipient === from);
      expect(toEarlier).toMatchObject({ kind: 'notice', eventType: 'password_reset', linkId: link.id });
      await notify(later(week));
      expect((await told('password_reset')).sort()).toEqual([from, to, to].sort());
    });

    test('is told once, however many links bring it back, and not while it is the account’s', async () => {
      const person = await registered(store());
      const { from, to } = await changed(person);
      await changed(person, { from: to, to: from, at: later(1000) });
      expect(await told('email_changed')).toEqual([from, to]);
      const { to: third } = await changed(person, { from, to: 'third@example.org', at: later(2000) });
      const since = (await allMails()).filter(({ eventType, at }) => eventType && at > later(1000));
      // `from` gets the mail with its new link; `to` can still be brought back as well.
      expect(since.map(({ recipient }) => recipient).sort()).toEqual([from, third, to].sort());
    });
  });

  describe('undoing a change of address', () => {
    test('brings the address back, verified, without a password, and ends every session', async () => {
      const person = await registered(store());
      const { user } = person;
      const change = await changed(person);
      const thiefs = await signedIn(store(), user);
      const { outcome } = await undo(change, { at: later(1000) });
      expect(outcome).toBe('undone');
      expect(await store().findUser(user.id)).toMatchObject({
        ...{ email: user.email, emailVerifiedAt: later(1000), passwordHash: null },
        ...{ credentialVersion: 2, epoch: 2, deletesAt: null },
      });
      for (const { id } of [person.session, thiefs])
        expect(await sessionRow(store(), id)).toMatchObject({ endReason: 'email_changed' });
      expect(await eventTypes(store(), user.id)).toContain('email_change_undone');
    });

    test('tells both addresses, and mails a link to set a new password to the one that came back', async () => {
      const person = await registered(store());
      const change = await changed(person);
      const { noticeId, formerMail, reset } = await undo(change);
      expect(await store().findMail(noticeId)).toMatchObject({ recipient: change.from, detail: null });
      expect(await store().findMail(formerMail.id)).toMatchObject({
        ...{ recipient: change.to, detail: 'o…@example.org', eventType: 'email_change_undone', linkId: null },
      });
      expect(await store().findMail(reset.mail.id)).toMatchObject({
        ...{ kind: 'password_reset', recipient: change.from, linkId: reset.link.id, userId: person.user.id },
      });
      expect(await isGood(reset.link)).toBe(true);
      expect(await told('email_change_undone')).toHaveLength(2);
    });

    test('works once, of twenty tries at once', async () => {
      const person = await registered(store());
      const change = await changed(person);
      const outcomes = await inParallel(20, async () => (await undo(change)).outcome);
      expect(outcomes.filter((outcome) => outcome === 'undone')).toHaveLength(1);
      expect(await store().findUser(person.user.id)).toMatchObject({ epoch: 2 });
    });

    test('works for a week', async () => {
      const change = await changed(await registered(store()));
      expect((await undo(change, { at: later(week) })).outcome).toBe('void');
      expect((await undo(change, { at: later(week - 1) })).outcome).toBe('undone');
    });

    test('is none by a link of another kind', async () => {
      const person = await registered(store());
      const change = await changed(person);
      const link = { ...aLink(person.user.id), email: person.user.email };
      await store().addOperatorLink(link);
      expect((await undo({ ...change, undo: link })).outcome).toBe('void');
    });

    test('voids what was set up after the change: a link to set the password, and another change', async () => {
      const person = await registered(store());
      const change = await changed(person);
      const link = aLink(person.user.id);
      await store().addOperatorLink(link);
      await asked(person);
      expect((await undo(change)).outcome).toBe('undone');
      expect(await isGood(link)).toBe(false);
      expect(await store().findEmailChange(person.user.id, now)).toBeNull();
    });

    test('of the first change wins over that of a later one, whichever is used first', async () => {
      for (const isFirstLast of [true, false]) {
        const person = await registered(store());
        const first = await changed(person);
        const second = await changed(person, { from: first.to, at: later(1000) });
        if (isFirstLast) {
          expect((await undo(second, { at: later(2000) })).outcome).toBe('undone');
          expect((await undo({ ...first, to: first.to }, { at: later(3000) })).outcome).toBe('undone');
        } else {
          expect((await undo({ ...first, to: second.to }, { at: later(2000) })).outcome).toBe('undone');
          expect((await undo({ ...second, to: first.from }, { at: later(3000) })).outcome).toBe('void');
        }
        expect(await store().findUser(person.user.id)).toMatchObject({ email: person.user.email });
      }
    });

    test('keeps that order where the clock stands still or steps back', async () => {
      for (const at of [now, later(-5000)]) {
        const person = await registered(store());
        const first = await changed(person);
        const second = await changed(person, { from: first.to, at });
        const found = await store().findMailLink(second.undo.id, now);
        const stored = { ...second.undo, expiresAt: found?.link.expiresAt ?? now };
        expect((await undo({ ...second, undo: stored })).outcome).toBe('undone');
        expect(await isGood(first.undo)).toBe(true);
      }
    });

    test('gives up the deletion of the account', async () => {
      const person = await registered(store());
      const change = await changed(person);
      const { id: userId } = person.user;
      const event = anEvent(userId, { type: 'account_closing' });
      const closing = { userId, askingSessionId: person.session.id, deletesAt: later(2 * week), event };
      expect(await store().closeAccount(closing)).toBe(true);
      expect((await undo(change)).outcome).toBe('undone');
      expect(await store().findUser(userId)).toMatchObject({ email: change.from, deletesAt: null });
    });

    test('leaves a sign-in with the voided password no way in', async () => {
      const person = await registered(store());
      const change = await changed(person);
      const shown = await store().findUser(person.user.id);
      await undo(change);
      if (!shown) throw new Error('There is no such user.');
      expect(await begin(store(), person.user.id, { kind: 'credentials', shown }).outcome).toBe('refused');
    });
  });

  describe('an operator', () => {
    const set = (user: { id: string; email: string }, to: string, from = user.email) => {
      const formerMail = { ...aMail({ kind: 'notice', recipient: from }), detail: 'n…@example.org' };
      const event = anEvent(user.id, { type: 'email_changed', noticeId: randomUUID() });
      return store().setEmail({ userId: user.id, from, to, event, formerMail });
    };

    test('sets an address that nobody has proved, ends every session and voids every link', async () => {
      const person = await registered(store());
      const { to, undo: link } = await changed(person);
      expect(await set(person.user, 'set@example.org', to)).toBe('changed');
      expect(await store().findUser(person.user.id)).toMatchObject({ email: 'set@example.org', emailVerifiedAt: null });
      expect(await sessionRow(store(), person.session.id)).toMatchObject({ endReason: 'email_changed' });
      expect(await isGood(link)).toBe(false);
      expect((await told('email_changed')).sort()).toEqual(['set@example.org', to, to].sort());
    });

    test('gives no address that is taken, and from no other than the one that they saw', async () => {
      const { user } = await registered(store());
      const { user: holder } = await registered(store());
      expect(await set(user, holder.email)).toBe('email_taken');
      expect(await set(user, 'set@example.org', 'another@example.org')).toBe('void');
      expect(await store().findUser(user.id)).toMatchObject({ email: user.email, ...original });
    });

    test('says that an address is verified', async () => {
      const { user } = await registered(store());
      const event = anEvent(user.id, { type: 'email_verified' });
      expect(await store().setVerified(user.id, 'another@example.org', event)).toBe(false);
      expect(await store().findSafeguards(user.id)).toMatchObject({ isEmailVerified: false });
      expect(await store().setVerified(user.id, user.email, event)).toBe(true);
      expect(await store().findSafeguards(user.id)).toMatchObject({ isEmailVerified: true });
    });
  });
}
