import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { BegunAtProvider, IdentityRow } from '#db/store/providers.ts';
import type { Proof } from '#db/store/second-factors.ts';
import type { SessionBasis } from '#db/store/sessions.ts';
import type { Store } from '#db/store/store.ts';
import {
  aChange,
  aLast,
  aLink,
  aMail,
  anEvent,
  anUndo,
  aSession,
  aUser,
  begin,
  eventTypes,
  hour,
  inParallel,
  later,
  now,
  original,
  passwordsOnly,
  registered,
  sessionRow,
  signedIn,
} from './fixtures.ts';
import {
  anIdentity,
  arrived,
  changeOf,
  entered,
  issuer,
  linked,
  minutes,
  type Person,
  underWay,
  unlinked,
} from './providing.ts';
import { aDevice, aStep } from './second-steps.contract.ts';

const ways = { password: true, issuers: [issuer], rpId: 'localhost' };

/** Sessions that begin with a provider, what is remembered of that, and what ends them and their identities. */
export function providerSessionContract(store: () => Store): void {
  const idsOf = async ({ user }: Pick<Person, 'user'>) =>
    (await store().listIdentities(user.id)).map(({ id }) => id).sort();
  const sessionsOf = async (begun: BegunAtProvider, at = later(1)) =>
    (await store().listProviderSessions(begun, at)).map(({ id }) => id).sort();

  /** Signs in with an identity, as a provider’s answer does. */
  async function enter(identity: IdentityRow, more: Partial<SessionBasis & { kind: 'provider' }> = {}) {
    const user = await store().findUser(identity.userId);
    if (!user) throw new Error('There is no such user.');
    const transaction = more.transaction ?? (await underWay(store())).stateHash;
    const basis = { kind: 'provider', shown: user, identity, isNew: false, sid: null, ...more, transaction } as const;
    const { session, outcome } = begin(store(), user.id, basis, { over: { amr: '' } });
    return { session, transaction, outcome: await outcome };
  }

  /** Adds a passkey to a person. */
  async function withPasskey<P extends Person>(person: P, rpId = 'localhost') {
    const passkey = {
      ...{ id: randomUUID(), userId: person.user.id, credentialId: randomUUID(), publicKey: new Uint8Array(77) },
      ...{ rpId, counter: 0, synced: true, backedUp: true, transports: '', name: 'Passkey' },
      ...{ createdAt: now, lastUsedAt: null },
    };
    const ceremony = { id: randomUUID(), expiresAt: later(hour) };
    expect(await store().addPasskey(await changeOf(store(), person), passkey, ceremony)).toBe('added');
    return { ...person, passkey };
  }

  /** A person whose two-step sign-in is on, with an identity. */
  async function guarded() {
    const { passkey, ...person } = await withPasskey(await registered(store()));
    const identity = await linked(store(), person);
    expect(await store().turnTwoStepOn(await changeOf(store(), person), null)).toBe(true);
    const proof = (): Proof => ({
      ...{ kind: 'passkey', passkeyId: passkey.id, counter: 0, backedUp: true },
      ceremony: { id: randomUUID(), expiresAt: later(hour) },
    });
    return { ...person, identity, proof };
  }

  describe('a sign-in with an identity', () => {
    test('begins a session, uses the transaction up, marks the identity as used and remembers it', async () => {
      const { user, identity } = await arrived(store(), { lastUsedAt: null });
      const { session, transaction, outcome } = await enter(identity, { sid: 'a' });
      expect(outcome).toBe('begun');
      expect(await store().findTransaction(transaction, now)).toBeNull();
      expect(await store().findSessionIdentity(session.id)).toMatchObject({ id: identity.id, lastUsedAt: now });
      expect(await eventTypes(store(), user.id)).toEqual(['signed_in', 'signed_up']);
      expect(await store().findSessionIdentity((await signedIn(store(), user)).id)).toBeNull();
    });

    test('by one transaction twenty times at once makes one session', async () => {
      const { user, identity } = await arrived(store());
      const { stateHash: transaction } = await underWay(store());
      const all = await inParallel(20, () => enter(identity, { transaction }));
      expect(all.filter(({ outcome }) => outcome === 'begun')).toHaveLength(1);
      expect(await eventTypes(store(), user.id)).toEqual(['signed_in', 'signed_up']);
    });

    test('is refused, and uses nothing up, by a transaction that is gone or over and on old credentials', async () => {
      const { user, identity } = await arrived(store());
      const over = await underWay(store(), { expiresAt: now });
      for (const transaction of ['another', over.stateHash])
        expect((await enter(identity, { transaction })).outcome).toBe('refused');
      for (const shown of [
        { ...original, credentialVersion: 1 },
        { ...original, epoch: 1 },
      ]) {
        const { outcome, transaction } = await enter(identity, { shown });
        expect([outcome, await store().findTransaction(transaction, now)]).toEqual(['refused', expect.anything()]);
      }
      expect(await eventTypes(store(), user.id)).toEqual(['signed_up']);
    });

    test('is refused with an identity that is another user’s, or gone', async () => {
      const [owner, other] = [await arrived(store()), await registered(store())];
      const pretended = { ...owner.identity, userId: other.user.id };
      expect((await enter(pretended)).outcome).toBe('refused');
      expect((await enter(anIdentity(other.user.id))).outcome).toBe('refused');
      expect((await enter({ ...pretended, id: randomUUID() }, { isNew: true })).outcome).toBe('refused');
      expect(await idsOf(other)).toEqual([]);
    });

    test('keeps an account that was to be deleted, and is refused if it no longer is', async () => {
      const { user, identity } = await arrived(store());
      const event = anEvent(user.id, { type: 'account_closing' });
      await store().closeAccount({ userId: user.id, askingSessionId: null, deletesAt: later(hour), event });
      const kept = () => anEvent(user.id, { type: 'account_kept' });
      expect((await enter(identity, { kept: kept() })).outcome).toBe('begun');
      expect(await store().findUser(user.id)).toMatchObject({ deletesAt: null });
      expect((await enter(identity, { kept: kept() })).outcome).toBe('refused');
    });

    test('with a new identity makes it the user’s', async () => {
      const { user } = await registered(store());
      const identity = anIdentity(user.id);
      expect((await enter(identity, { isNew: true })).outcome).toBe('begun');
      expect(await idsOf({ user })).toEqual([identity.id]);
    });

    test('is refused where two-step sign-in is on, but on a trusted device, and with one where it is off', async () => {
      const person = await guarded();
      expect((await enter(person.identity)).outcome).toBe('refused');
      const strange = { hash: 'of another', next: aDevice(person.user.id) };
      expect((await enter(person.identity, { device: strange })).outcome).toBe('refused');
      const step = await asked(person);
      const device = aDevice(person.user.id);
      const basis = { kind: 'second_step', step, proof: { proof: person.proof(), event: null }, device } as const;
      expect(await begin(store(), person.user.id, basis).outcome).toBe('begun');
      const trusted = { hash: device.hash, next: aDevice(person.user.id) };
      expect((await enter(person.identity, { device: trusted })).outcome).toBe('begun');
      expect((await enter(person.identity, { device: trusted })).outcome).toBe('refused');
      const { user, identity } = await arrived(store());
      const unneeded = { hash: 'none', next: aDevice(user.id) };
      expect((await enter(identity, { device: unneeded })).outcome).toBe('refused');
    });

    async function asked({ user, identity }: Awaited<ReturnType<typeof guarded>>) {
      const { credentialVersion = -1 } = (await store().findUser(user.id)) ?? {};
      const step = aStep(user.id, { credentialVersion, identityId: identity.id, providerSid: 'a', next: '/account' });
      const { stateHash } = await underWay(store());
      expect(await store().addSecondStep(step, { stateHash, at: now })).toBe(true);
      expect(await store().addSecondStep({ ...step, id: randomUUID() }, { stateHash, at: now })).toBe(false);
      expect(await store().findTransaction(stateHash, now)).toBeNull();
      return step;
    }

    test('that waits for its second step uses the transaction up, and remembers the identity in the session', async () => {
      const person = await guarded();
      const step = await asked(person);
      expect(await store().findSecondStep(step, now)).toEqual(step);
      const basis = { kind: 'second_step', step, proof: { proof: person.proof(), event: null } } as const;
      const { session, outcome } = begin(store(), person.user.id, basis);
      expect(await outcome).toBe('begun');
      expect(await store().findSessionIdentity(session.id)).toMatchObject({ id: person.identity.id });
      expect(await sessionsOf({ issuer, sid: 'a' })).toEqual([session.id]);
    });

    test('that waits for its second step is over once the identity is removed', async () => {
      const person = await guarded();
      const step = await asked(person);
      expect(await store().removeIdentity(await changeOf(store(), person), person.identity.id, ways)).toBe(true);
      const basis = { kind: 'second_step', step, proof: { proof: person.proof(), event: null } } as const;
      expect(await begin(store(), person.user.id, basis).outcome).toBe('refused');
    });
  });

  describe('an account that a provider makes', () => {
    const arrive = async (email: string, over: Partial<IdentityRow> = {}, stateHash?: string) => {
      const user = aUser({ email, passwordHash: null });
      const transaction = stateHash ?? (await underWay(store())).stateHash;
      const identity = anIdentity(user.id, over);
      const basis = { kind: 'provider_account', transaction, user, identity, sid: 'a' } as const;
      const { session, outcome } = begin(store(), user.id, basis, { event: { type: 'signed_up' } });
      return { user, session, identity, transaction, outcome: await outcome };
    };

    test('has its address verified, no password, and a session that remembers the identity', async () => {
      const { user, session, identity, transaction } = await arrive('ada@example.org');
      expect(await store().findUserByEmail('ada@example.org')).toMatchObject({
        ...{ id: user.id, passwordHash: null, emailVerifiedAt: now },
      });
      expect(await store().findSessionIdentity(session.id)).toEqual(identity);
      expect(await store().findTransaction(transaction, now)).toBeNull();
    });

    test('of one address is made by one of twenty transactions, and the others keep theirs', async () => {
      const all = await inParallel(20, (n) => arrive('ada@example.org', { subject: `${n}` }));
      expect(all.filter(({ outcome }) => outcome === 'begun')).toHaveLength(1);
      const others = all.filter(({ outcome }) => outcome === 'email_taken');
      expect(others).toHaveLength(19);
      for (const { transaction } of others) expect(await store().findTransaction(transaction, now)).not.toBeNull();
    });

    test('of one transaction, and of one identity, is made by one of twenty', async () => {
      const { stateHash } = await underWay(store());
      const byOne = await inParallel(20, (n) => arrive(`${n}@example.org`, {}, stateHash));
      expect(byOne.filter(({ outcome }) => outcome === 'begun')).toHaveLength(1);
      const ofOne = await inParallel(20, (n) => arrive(`${n}@example.net`, { subject: 'the same' }));
      expect(ofOne.map(({ outcome }) => outcome).sort()).toEqual(['begun', ...Array(19).fill('refused')]);
      for (const { user, outcome } of ofOne)
        if (outcome === 'refused') expect(await store().findUser(user.id)).toBeNull();
    });
  });

  describe('the sessions of a provider', () => {
    test('are found by its name for them or by subject, at its issuer, if they began before and live', async () => {
      const ada = await arrived(store(), { subject: 'ada' }, 'a');
      const bea = await arrived(store(), { subject: 'bea' }, 'b');
      await arrived(store(), { subject: 'ada', issuer: 'https://else.example' }, 'a');
      const second = await entered(store(), ada.identity, 'c', later(1000));
      await signedIn(store(), ada.user);
      const both = [ada.session.id, second.id].sort();
      const begunBefore = (at: Date) => ({ issuer, subject: 'ada', before: at });
      expect(await sessionsOf({ issuer, sid: 'a' })).toEqual([ada.session.id]);
      expect(await sessionsOf({ issuer, sid: 'c' })).toEqual([second.id]);
      expect(await sessionsOf(begunBefore(later(1001)))).toEqual(both);
      expect(await sessionsOf(begunBefore(later(1000)))).toEqual([ada.session.id]);
      expect(await sessionsOf(begunBefore(now))).toEqual([]);
      expect(await sessionsOf({ ...begunBefore(later(1001)), subject: 'eve' })).toEqual([]);
      expect(await sessionsOf({ issuer, sid: 'a' }, new Date(ada.session.idleExpiresAt))).toEqual([]);
      await store().endSession(bea.session.id, 'provider_signed_out', anEvent(bea.user.id));
      expect(await sessionsOf({ issuer, sid: 'b' })).toEqual([]);
    });

    test('are found by their successors too, which remember what the first began with', async () => {
      const { user, session, identity } = await arrived(store(), { subject: 'ada' }, 'a');
      const successor = { ...aSession(user.id, { createdAt: now }), replaces: session.id };
      expect(await store().addSuccessor(successor, original, null)).toBe('added');
      expect(await store().findSessionIdentity(successor.id)).toEqual(identity);
      expect(await sessionsOf({ issuer, sid: 'a' })).toEqual([session.id, successor.id].sort());
      const plain = await signedIn(store(), user);
      const next = { ...aSession(user.id), replaces: plain.id };
      expect(await store().addSuccessor(next, original, null)).toBe('added');
      expect(await store().findSessionIdentity(next.id)).toBeNull();
    });

    test('go with the account, with its identities, which are somebody else’s to have then', async () => {
      const { user, session, identity } = await arrived(store(), { subject: 'ada' }, 'a');
      await store().purge('expired_sessions', new Date(session.expiresAt + 1), 10);
      expect(await store().findSessionIdentity(session.id)).toBeNull();
      expect(await store().deleteAccount(user, null, aLast())).toBe(true);
      expect(await store().findIdentity(issuer, 'ada')).toBeNull();
      expect(await sessionsOf({ issuer, sid: 'a' })).toEqual([]);
      expect((await arrived(store(), { subject: identity.subject })).user.id).not.toBe(user.id);
    });
  });

  describe('who has no way to sign in left', () => {
    test('is counted, by what signs in at the time', async () => {
      await registered(store());
      await arrived(store());
      await arrived(store(), { issuer: 'https://else.example' });
      await guarded();
      expect(await store().countLockedOut(ways)).toBe(1);
      expect(await store().countLockedOut(passwordsOnly)).toBe(2);
      expect(await store().countLockedOut({ ...ways, password: false })).toBe(2);
      expect(await store().countLockedOut({ ...ways, password: false, issuers: [] })).toBe(3);
      for (const rpId of [null, 'other.example'])
        expect(await store().countLockedOut({ password: false, issuers: [], rpId })).toBe(4);
    });

    test.each([
      ['a password', registered, { ...ways, issuers: [] }, true],
      ['a password that signs nobody in', registered, { ...ways, password: false, issuers: [] }, false],
      ['nothing', arrived, ways, false],
    ])('may not remove an identity with %s beside it', async (_name, make, left, isDone) => {
      const made = await make(store());
      const { id } = (await store().listIdentities(made.user.id))[0] ?? (await linked(store(), made));
      const change = await changeOf(store(), made, { events: [unlinked(made.user.id)] });
      expect(await store().removeIdentity(change, id, left)).toBe(isDone);
      expect(await idsOf(made)).toEqual(isDone ? [] : [id]);
    });

    test.each([
      ['of this domain', 'localhost', ways, true],
      ['of another domain', 'other.example', ways, false],
      ['where passkeys sign nobody in', 'localhost', { ...ways, rpId: null }, false],
    ])(
      'may remove an identity beside a passkey %s, and that beside it, only if it signs in',
      async (_name, rpId, left, isDone) => {
        const { passkey, ...person } = await withPasskey(await arrived(store()), rpId);
        expect(await store().removeIdentity(await changeOf(store(), person), person.identity.id, left)).toBe(isDone);
        const other = await withPasskey(await arrived(store()));
        await withPasskey(other, rpId);
        expect(await store().removeIdentity(await changeOf(store(), other), other.identity.id, ways)).toBe(true);
        expect(await store().removePasskey(await changeOf(store(), other), other.passkey.id, left)).toBe(isDone);
        expect(await store().listPasskeys(person.user.id)).toMatchObject([{ id: passkey.id }]);
      },
    );

    test('removes of the last identity and the last passkey that signs in, at once, one', async () => {
      const { passkey, user, session, identity } = await withPasskey(await arrived(store()));
      await withPasskey({ user, session }, 'other.example');
      const change = () => changeOf(store(), { user, session });
      const changes = [await change(), await change()] as const;
      const done = await Promise.all([
        store().removeIdentity(changes[0], identity.id, ways),
        store().removePasskey(changes[1], passkey.id, ways),
      ]);
      expect(done.filter(Boolean)).toHaveLength(1);
      const [left] = await store().listIdentities(user.id);
      const last = left
        ? store().removeIdentity(await change(), left.id, ways)
        : store().removePasskey(await change(), passkey.id, ways);
      expect(await last).toBe(false);
      expect(await store().countLockedOut({ ...ways, password: false })).toBe(0);
    });

    test('nobody removes another user’s identity, nor on old counters', async () => {
      const [owner, other] = [await arrived(store()), await registered(store())];
      const { id } = await linked(store(), owner);
      expect(await store().removeIdentity(await changeOf(store(), other), id, ways)).toBe(false);
      const old = await changeOf(store(), owner, { shown: original });
      expect(await store().removeIdentity(old, id, ways)).toBe(false);
      expect(await idsOf(owner)).toHaveLength(2);
    });
  });

  describe('identities that a stranger may have made', () => {
    const redeem = async ({ user }: Person, removes: boolean) => {
      const link = aLink(user.id);
      await store().addOperatorLink(link);
      const waysIn = removes ? { keptPasskeyId: null, rpId: 'localhost', events: [unlinked(user.id)] } : null;
      const event = anEvent(user.id, { type: 'password_reset' });
      return store().redeemPasswordLink({ link, passwordHash: 'hash-1', proof: null, event, waysIn });
    };

    test('go with a new password by a link that removes the ways in, and nobody else’s do', async () => {
      const [person, other] = [await registered(store()), await arrived(store())];
      await linked(store(), person);
      const session = await entered(store(), await linked(store(), person));
      expect(await redeem(person, false)).toBe('used');
      expect(await idsOf(person)).toHaveLength(2);
      expect(await redeem(person, true)).toBe('used');
      expect([await idsOf(person), await idsOf(other)]).toEqual([[], [other.identity.id]]);
      expect(await sessionRow(store(), session.id)).toMatchObject({ endReason: 'password_changed' });
      expect(await eventTypes(store(), person.user.id)).toContain('identity_unlinked');
    });

    test('go with the undoing of a change of address if they were made since, and older ones stay', async () => {
      const person = await registered(store());
      const { user, session } = person;
      const changedAt = minutes(30);
      const older = await linked(store(), person);
      const change = aChange(user.id, { expiresAt: later(24 * hour) });
      const codeMail = aMail({ kind: 'email_code', recipient: change.email });
      await store().askEmailChange({ change, sessionId: session.id, codeMail, told: null });
      const link = anUndo(user.id, user.email);
      const undoMail = { ...aMail({ kind: 'email_undo', recipient: user.email }), detail: null };
      const event = anEvent(user.id, { type: 'email_changed', at: changedAt });
      expect(await store().changeEmail({ change, sessionId: session.id, undo: link, undoMail, event })).toBe('changed');
      await linked(store(), person, { linkedAt: changedAt });
      const undone = await store().undoEmailChange({
        ...{
          link,
          from: change.email,
          changedAt,
          rpId: 'localhost',

          formerMail: null,
          reset: null,
          proof: null,
        },
        event: anEvent(user.id, { type: 'email_change_undone', at: later(2 * hour) }),
      });
      expect([undone, await idsOf(person)]).toEqual(['undone', [older.id]]);
    });
  });

  test('what counts once is used up by one of twenty', async () => {
    expect(await store().isSpent('a')).toBe(false);
    const spent = await inParallel(20, () => store().spendOnce('a', later(hour)));
    expect(spent.filter(Boolean)).toHaveLength(1);
    expect([await store().isSpent('a'), await store().isSpent('b')]).toEqual([true, false]);
  });
}
