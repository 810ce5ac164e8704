import { describe, expect, test } from 'vitest';
import type { Store } from '#db/store/store.ts';
import { identitiesLimit } from '#lib/core/policy.ts';
import { anEvent, aSession, eventTypes, inParallel, later, now, original, registered, sessionRow } from './fixtures.ts';
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

const ways = { password: true, issuers: [issuer], rpId: 'localhost' };
const claimedUntil = later(15_000);
const held = { issuer, subject: 'one', email: 'ada@example.org' };

/** Signing in with other providers: what is on its way, and which identities are whose. */
export function providerContract(store: () => Store): void {
  const idsOf = async ({ user }: Person) => (await store().listIdentities(user.id)).map(({ id }) => id).sort();

  describe('a transaction', () => {
    test('is found until its time is over, and by its own hash only', async () => {
      const transaction = await underWay(store(), { next: '/account', persistent: true });
      const { stateHash } = transaction;
      expect(await store().findTransaction(stateHash, now)).toEqual(transaction);
      expect(await store().findTransaction(stateHash, minutes(10))).toBeNull();
      expect(await store().findTransaction('another', now)).toBeNull();
    });

    test('is listed with the others that are named and not over, the oldest first', async () => {
      const young = await underWay(store(), { startedAt: later(2) });
      const old = await underWay(store(), { startedAt: later(1) });
      const over = await underWay(store(), { expiresAt: later(1) });
      const [, hashes] = [await underWay(store()), [young, old, over].map(({ stateHash }) => stateHash)];
      expect(await store().listTransactions(hashes, later(5))).toEqual([old, young]);
      expect(await store().listTransactions([], now)).toEqual([]);
    });

    test('that is dropped is gone, and no other is', async () => {
      const [dropped, kept] = [await underWay(store()), await underWay(store())];
      await store().dropTransactions([dropped.stateHash]);
      expect(await store().findTransaction(dropped.stateHash, now)).toBeNull();
      expect(await store().findTransaction(kept.stateHash, now)).toEqual(kept);
    });

    test('is claimed by one of twenty, until its claim is over or it is given back', async () => {
      const { stateHash } = await underWay(store());
      const claims = await inParallel(20, () => store().claimTransaction(stateHash, now, claimedUntil));
      expect(claims.filter((claimed) => claimed !== null)).toHaveLength(1);
      expect(await store().claimTransaction(stateHash, claimedUntil, minutes(1))).toBeNull();
      expect(await store().claimTransaction(stateHash, later(15_001), minutes(1))).toMatchObject({ stateHash });
      expect(await store().claimTransaction(stateHash, later(15_002), minutes(1))).toBeNull();
      await store().releaseTransaction(stateHash);
      expect(await store().claimTransaction(stateHash, later(15_003), minutes(1))).toMatchObject({ stateHash });
    });

    test('that is over, gone or holds an identity cannot be claimed', async () => {
      const over = await underWay(store(), { expiresAt: now });
      expect(await store().claimTransaction(over.stateHash, now, claimedUntil)).toBeNull();
      expect(await store().claimTransaction('another', now, claimedUntil)).toBeNull();
      const holding = await underWay(store());
      const { user } = await registered(store());
      expect(await store().holdIdentity(holding.stateHash, held, anEvent(user.id))).toBe(true);
      expect(await store().claimTransaction(holding.stateHash, now, claimedUntil)).toBeNull();
    });

    test('holds one identity for its account’s owner, and tells them of it', async () => {
      const { user } = await registered(store());
      const transaction = await underWay(store());
      const { stateHash } = transaction;
      const event = anEvent(user.id, { type: 'link_refused' });
      expect(await store().holdIdentity(stateHash, held, event)).toBe(true);
      const kept = { heldIssuer: issuer, heldSubject: 'one', heldEmail: held.email };
      expect(await store().findTransaction(stateHash, now)).toEqual({ ...transaction, ...kept });
      expect(await eventTypes(store(), user.id)).toEqual(['link_refused', 'signed_up']);
      const other = anEvent(user.id, { type: 'link_refused' });
      expect(await store().holdIdentity(stateHash, { ...held, subject: 'two' }, other)).toBe(false);
      expect(await store().findTransaction(stateHash, now)).toMatchObject(kept);
      expect(await store().holdIdentity('another', held, anEvent(user.id))).toBe(false);
      expect(await eventTypes(store(), user.id)).toEqual(['link_refused', 'signed_up']);
    });

    test('is purged once its time is over, and no other is', async () => {
      const over = await underWay(store(), { expiresAt: later(10) });
      const open = await underWay(store(), { expiresAt: later(20) });
      expect(await store().purge('provider_transactions', later(20), 10)).toBe(1);
      expect(await store().findTransaction(over.stateHash, now)).toBeNull();
      expect(await store().findTransaction(open.stateHash, now)).not.toBeNull();
    });
  });

  describe('linking an identity', () => {
    const link = async (person: Person, stateHash: string, identity = anIdentity(person.user.id)) =>
      store().linkIdentity(
        await changeOf(store(), person, { events: [anEvent(person.user.id, { type: 'identity_linked' })] }),
        { stateHash, identity, verifies: null },
      );

    test('adds it, uses the transaction up, raises the credential version and writes the event', async () => {
      const person = await registered(store());
      const { stateHash } = await underWay(store());
      const identity = anIdentity(person.user.id, { email: 'other@example.org' });
      expect(await link(person, stateHash, identity)).toBe('linked');
      expect(await store().listIdentities(person.user.id)).toEqual([identity]);
      expect(await store().findIdentity(issuer, identity.subject)).toMatchObject({ user: { id: person.user.id } });
      expect(await store().findIdentity('https://else.example', identity.subject)).toBeNull();
      expect(await store().findTransaction(stateHash, now)).toBeNull();
      expect(await store().findUser(person.user.id)).toMatchObject({ credentialVersion: 1, emailVerifiedAt: null });
      expect(await eventTypes(store(), person.user.id)).toEqual(['identity_linked', 'signed_up']);
    });

    test('marks the address as verified if it is the user’s own, and no other', async () => {
      const [own, other] = [await registered(store()), await registered(store())];
      for (const { person, verifies } of [
        { person: own, verifies: own.user.email },
        { person: other, verifies: own.user.email },
      ]) {
        const { stateHash } = await underWay(store());
        const identity = anIdentity(person.user.id);
        await store().linkIdentity(await changeOf(store(), person), { stateHash, identity, verifies });
      }
      const { stateHash } = await underWay(store());
      const late = await changeOf(store(), own, { at: later(1000) });
      const again = { stateHash, identity: anIdentity(own.user.id), verifies: own.user.email };
      expect(await store().linkIdentity(late, again)).toBe('linked');
      expect(await store().findUser(own.user.id)).toMatchObject({ emailVerifiedAt: now });
      expect(await store().findUser(other.user.id)).toMatchObject({ emailVerifiedAt: null });
    });

    test('of one identity by two people at once is done by one', async () => {
      const [one, two] = [await registered(store()), await registered(store())];
      const outcomes = await Promise.all(
        [one, two].map(async (person) => {
          const { stateHash } = await underWay(store());
          return link(person, stateHash, anIdentity(person.user.id, { subject: 'the same' }));
        }),
      );
      expect(outcomes.sort()).toEqual(['linked', 'taken']);
      expect([...(await idsOf(one)), ...(await idsOf(two))]).toHaveLength(1);
    });

    test('by one transaction twenty times at once is done once', async () => {
      const person = await registered(store());
      const { stateHash } = await underWay(store());
      const change = await changeOf(store(), person);
      const outcomes = await inParallel(20, () =>
        store().linkIdentity(change, { stateHash, identity: anIdentity(person.user.id), verifies: null }),
      );
      expect(outcomes.filter((outcome) => outcome === 'linked')).toHaveLength(1);
      expect(await idsOf(person)).toHaveLength(1);
    });

    test('is refused, and writes nothing, without a transaction, on old counters, and by a session that is over', async () => {
      const person = await registered(store());
      const { stateHash } = await underWay(store());
      const over = await underWay(store(), { expiresAt: now });
      expect(await link(person, 'another')).toBe('refused');
      expect(await link(person, over.stateHash)).toBe('refused');
      const change = await changeOf(store(), person, { shown: { credentialVersion: 1, epoch: 0 } });
      const identity = anIdentity(person.user.id);
      expect(await store().linkIdentity(change, { stateHash, identity, verifies: null })).toBe('refused');
      await store().endOwnSession(person.user.id, person.session.id, anEvent(person.user.id));
      expect(await link(person, stateHash)).toBe('refused');
      expect(await idsOf(person)).toEqual([]);
      expect(await store().findTransaction(stateHash, now)).not.toBeNull();
      expect(await store().findUser(person.user.id)).toMatchObject({ credentialVersion: 0 });
    });

    test('of what is somebody’s leaves it theirs, and the transaction as it was', async () => {
      const [owner, person] = [await arrived(store(), { subject: 'one' }), await registered(store())];
      const { stateHash } = await underWay(store());
      expect(await link(person, stateHash, anIdentity(person.user.id, { subject: 'one' }))).toBe('taken');
      expect([await idsOf(owner), await idsOf(person)]).toEqual([[owner.identity.id], []]);
      expect(await store().findTransaction(stateHash, now)).not.toBeNull();
    });

    test('ends at ten, of twenty at once too', async () => {
      const person = await registered(store());
      for (let count = 1; count < identitiesLimit; count++) await linked(store(), person);
      const tries = await inParallel(20, async () => {
        const { stateHash } = await underWay(store());
        return link(person, stateHash);
      });
      expect(tries.filter((outcome) => outcome === 'linked').length).toBeLessThanOrEqual(1);
      const { stateHash } = await underWay(store());
      await link(person, stateHash);
      expect(await link(person, (await underWay(store())).stateHash)).toBe('refused');
      expect(await idsOf(person)).toHaveLength(identitiesLimit);
    });
  });

  describe('removing an identity', () => {
    const remove = async (person: Person, id: string, left = ways) =>
      store().removeIdentity(await changeOf(store(), person, { events: [unlinked(person.user.id)] }), id, left);

    test('ends the other sessions that began with it, and neither the one that asks nor what is one with that', async () => {
      const person = await registered(store());
      const [identity, other] = [await linked(store(), person), await linked(store(), person)];
      const asking = await entered(store(), identity);
      const successor = await aSuccessorOf(asking);
      const [elsewhere, byOther] = [await entered(store(), identity), await entered(store(), other)];
      expect(await remove({ ...person, session: asking }, identity.id)).toBe(true);
      const endOf = async ({ id }: { id: string }) => (await sessionRow(store(), id)).endReason;
      expect(await endOf(elsewhere)).toBe('identity_removed');
      for (const kept of [asking, successor, byOther, person.session]) expect(await endOf(kept)).toBeNull();
      expect(await idsOf(person)).toEqual([other.id]);
      expect(await eventTypes(store(), person.user.id)).toContain('identity_unlinked');
    });

    test('ends the sessions of it that took another’s place since, and what replaces another one’s', async () => {
      const person = await registered(store());
      const identity = await linked(store(), person);
      const elsewhere = await entered(store(), identity);
      const successor = await aSuccessorOf(elsewhere);
      expect(await remove(person, identity.id)).toBe(true);
      for (const { id } of [elsewhere, successor])
        expect(await sessionRow(store(), id)).toMatchObject({ endReason: 'identity_removed' });
    });

    test('asked for by the successor keeps what it takes the place of', async () => {
      const person = await registered(store());
      const identity = await linked(store(), person);
      const asking = await entered(store(), identity);
      const successor = await aSuccessorOf(asking);
      expect(await remove({ ...person, session: successor }, identity.id)).toBe(true);
      for (const { id } of [asking, successor])
        expect(await sessionRow(store(), id)).toMatchObject({ endReason: null });
    });

    async function aSuccessorOf(session: Person['session']) {
      const user = await store().findUser(session.userId);
      const successor = { ...aSession(session.userId), replaces: session.id };
      expect(await store().addSuccessor(successor, user ?? original, null)).toBe('added');
      return successor;
    }

    test('leaves a way in: of two at once one is done', async () => {
      const person = await arrived(store());
      const second = await linked(store(), person);
      const change = await changeOf(store(), person);
      const done = await Promise.all(
        [person.identity, second].map(({ id }) => store().removeIdentity(change, id, ways)),
      );
      expect(done.filter(Boolean)).toHaveLength(1);
      const [left = ''] = await idsOf(person);
      expect(await remove(person, left)).toBe(false);
      expect(await idsOf(person)).toEqual([left]);
    });
  });
}
