import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { MailLink, RemovedWaysIn } from '#db/store/mail-links.ts';
import type { PasskeyRow } from '#db/store/passkeys.ts';
import type { FactorChange, Proof, ShownProof } from '#db/store/second-factors.ts';
import type { NewSuccessor } from '#db/store/sessions.ts';
import type { Store } from '#db/store/store.ts';
import {
  aChange,
  aLink,
  aMail,
  anEvent,
  anUndo,
  aSession,
  eventTypes,
  hour,
  inParallel,
  later,
  now,
  passwordsOnly,
  registered,
  sessionRow,
} from './fixtures.ts';
import { linked, unlinked } from './providing.ts';

type Person = Awaited<ReturnType<typeof registered>>;
type Passkeys = { passkey: PasskeyRow; over?: Partial<PasskeyRow> };

/** What a passkey allows in a step-up, at a new password and at the undoing of a change of address, and what these leave of passkeys. */
export function shownPasskeyContract(store: () => Store): void {
  const countersOf = async (userId: string) => {
    const found = await store().findUser(userId);
    return { credentialVersion: found?.credentialVersion ?? -1, epoch: found?.epoch ?? -1 };
  };
  const changeOf = async ({ user, session }: Person, at = now): Promise<FactorChange> => ({
    ...{ userId: user.id, sessionId: session.id, endsOthers: false, at, events: [] },
    shown: await countersOf(user.id),
  });

  async function added(person: Person, over: Partial<PasskeyRow> = {}): Promise<PasskeyRow> {
    const made = { id: randomUUID(), credentialId: randomUUID(), publicKey: new Uint8Array(77), rpId: 'localhost' };
    const facts = { counter: 0, synced: true, backedUp: true, transports: 'internal', name: 'Passkey' };
    const passkey = { userId: person.user.id, ...made, ...facts, createdAt: now, lastUsedAt: null, ...over };
    const ceremony = { id: randomUUID(), expiresAt: later(hour) };
    expect(await store().addPasskey(await changeOf(person), passkey, ceremony)).toBe('added');
    return passkey;
  }
  async function withPasskeys(count = 1, over: Partial<PasskeyRow> = {}) {
    const person = await registered(store());
    const passkeys: PasskeyRow[] = [];
    for (let made = 0; made < count; made++) passkeys.push(await added(person, over));
    const [passkey] = passkeys;
    if (!passkey) throw new Error('There is one at least.');
    return { ...person, passkey, passkeys };
  }
  /** A passkey as it was shown, in a ceremony of its own unless one is given. */
  const shown = ({ passkey, over = {} }: Passkeys, ceremonyId: string = randomUUID()): ShownProof => ({
    proof: {
      ...{ kind: 'passkey', passkeyId: passkey.id, counter: passkey.counter, backedUp: true, ...over },
      ceremony: { id: ceremonyId, expiresAt: later(hour) },
    } satisfies Proof,
    event: null,
  });
  const idsOf = async ({ user }: Person) => (await store().listPasskeys(user.id)).map(({ id }) => id);
  const setTwoStepOn = async (person: Person) =>
    expect(await store().turnTwoStepOn(await changeOf(person), null)).toBe(true);

  const successorOf = ({ session }: Person): NewSuccessor => ({
    ...aSession(session.userId, { amr: 'pop user mfa', lastUsedAt: later(1000) }),
    replaces: session.id,
  });
  const succeed = async (person: Person, proof: ShownProof, successor = successorOf(person)) =>
    store().addSuccessor(successor, await countersOf(person.user.id), proof);

  async function operatorLink({ user }: Person): Promise<MailLink> {
    const link = aLink(user.id);
    await store().addOperatorLink(link);
    return link;
  }
  type Redeemed = Parameters<Store['redeemPasswordLink']>[0];
  const redeem = (link: MailLink, over: Partial<Redeemed> = {}) =>
    store().redeemPasswordLink({
      ...{ link, passwordHash: 'hash-1', proof: null },
      event: anEvent(link.userId, { type: 'password_reset' }),
      ...over,
    });

  /** Changes the address at `at`, and returns what undoing that takes. */
  async function changed({ user, session }: Person, at: Date) {
    const change = aChange(user.id, { expiresAt: later(24 * hour) });
    const codeMail = aMail({ kind: 'email_code', recipient: change.email });
    await store().askEmailChange({ change, sessionId: session.id, codeMail, told: null });
    const link = anUndo(user.id, user.email);
    const undoMail = { ...aMail({ kind: 'email_undo', recipient: user.email }), detail: null };
    const event = anEvent(user.id, { type: 'email_changed', at });
    const done = await store().changeEmail({ change, sessionId: session.id, undo: link, undoMail, event });
    expect(done).toBe('changed');
    return { link, from: change.email, changedAt: at };
  }
  const undo = (
    change: Awaited<ReturnType<typeof changed>>,
    proof: ShownProof | null,
    waysIn: RemovedWaysIn | null = null,
  ) =>
    store().undoEmailChange({
      rpId: 'localhost',
      ...{ ...change, formerMail: null, reset: null, proof, waysIn },
      event: anEvent(change.link.userId, { type: 'email_change_undone', at: later(2 * hour) }),
    });

  describe('a passkey that is shown', () => {
    test('makes one successor of ten at once in one ceremony, and keeps when it was used', async () => {
      const person = await withPasskeys();
      const ceremony = randomUUID();
      const outcomes = await inParallel(10, () => succeed(person, shown(person, ceremony)));
      expect(outcomes.toSorted()).toEqual(['added', ...Array(9).fill('wrong_proof')]);
      expect(await store().findPasskey(person.passkey.credentialId)).toMatchObject({ lastUsedAt: later(1000) });
    });

    test('sets one password of ten tries at once in one ceremony, and stays', async () => {
      const person = await withPasskeys();
      const link = await operatorLink(person);
      const ceremony = randomUUID();
      const outcomes = await inParallel(10, (index) =>
        redeem(link, { proof: shown(person, ceremony), passwordHash: `hash-1-${index}` }),
      );
      expect(outcomes.filter((outcome) => outcome === 'used')).toHaveLength(1);
      expect(await store().findUser(person.user.id)).toMatchObject({ epoch: 1 });
      expect(await idsOf(person)).toEqual([person.passkey.id]);
    });

    test('serves either a successor or a new password in one ceremony, of both at once', async () => {
      for (let round = 0; round < 5; round++) {
        const person = await withPasskeys();
        const link = await operatorLink(person);
        const ceremony = randomUUID();
        const [successor, password] = await Promise.all([
          succeed(person, shown(person, ceremony)),
          redeem(link, { proof: shown(person, ceremony) }),
        ]);
        expect([successor === 'added', password === 'used'].filter(Boolean)).toHaveLength(1);
      }
    });

    test('of another person, or removed meanwhile, lets nothing happen, and its ceremony is not used up', async () => {
      const person = await withPasskeys();
      const other = await withPasskeys();
      const ceremony = randomUUID();
      const successor = successorOf(person);
      expect(await succeed(person, shown(other, ceremony), successor)).toBe('wrong_proof');
      expect(await store().findSession(successor.id)).toBeNull();
      const link = await operatorLink(person);
      expect(await redeem(link, { proof: shown(other, ceremony) })).toBe('wrong_proof');
      expect(await store().removePasskey(await changeOf(person), person.passkey.id, passwordsOnly)).toBe(true);
      expect(await redeem(link, { proof: shown(person, ceremony) })).toBe('wrong_proof');
      expect(await store().findMailLink(link.id, now)).not.toBeNull();
      expect(await store().findUser(person.user.id)).toMatchObject({ passwordHash: 'hash-0', epoch: 0 });
      expect(await sessionRow(store(), person.session.id)).toMatchObject({ endedAt: null });
      expect(await succeed(other, shown(other, ceremony))).toBe('added');
    });

    test('is not used up, nor its ceremony, by what does not happen', async () => {
      const person = await withPasskeys();
      const ceremony = randomUUID();
      const stale = { ...successorOf(person), lastUsedAt: later(2 * hour) };
      expect(await succeed(person, shown(person, ceremony), stale)).toBe('refused');
      expect(await redeem(aLink(person.user.id), { proof: shown(person, ceremony) })).toBe('void');
      expect(await store().findPasskey(person.passkey.credentialId)).toMatchObject({ lastUsedAt: null });
      expect(await succeed(person, shown(person, ceremony))).toBe('added');
    });

    test('whose counter another use has raised since lets nothing happen, where it is device-bound', async () => {
      const bound = await withPasskeys(1, { synced: false });
      expect(await succeed(bound, shown({ ...bound, over: { counter: 5 } }))).toBe('added');
      const link = await operatorLink(bound);
      expect(await redeem(link, { proof: shown({ ...bound, over: { counter: 5 } }) })).toBe('wrong_proof');
      expect(await redeem(link, { proof: shown({ ...bound, over: { counter: 6 } }) })).toBe('used');
    });
  });

  describe('a new password by a link that removes the ways in', () => {
    const removal = (person: Person, keptPasskeyId: string | null = null) => ({
      keptPasskeyId,
      rpId: 'localhost',
      events: [anEvent(person.user.id, { type: 'passkey_removed', noticeId: randomUUID() })],
    });

    test('removes all passkeys and nobody else’s, tells of it, and turns two-step sign-in off', async () => {
      const person = await withPasskeys(2);
      const other = await withPasskeys();
      await setTwoStepOn(person);
      const waysIn = removal(person);
      const proof = shown(person);
      expect(await redeem(await operatorLink(person), { proof, waysIn })).toBe('used');
      expect(await store().findUser(person.user.id)).toMatchObject({ passwordHash: 'hash-1', twoStep: false });
      expect([await idsOf(person), await idsOf(other)]).toEqual([[], [other.passkey.id]]);
      expect(await eventTypes(store(), person.user.id)).toContain('passkey_removed');
      expect(await store().findMail(waysIn.events[0]?.noticeId ?? '')).toMatchObject({ eventType: 'passkey_removed' });
    });

    test('keeps the passkey that was shown, and two-step sign-in with it', async () => {
      const person = await withPasskeys(3);
      await setTwoStepOn(person);
      const outcome = await redeem(await operatorLink(person), {
        proof: shown(person),
        waysIn: removal(person, person.passkey.id),
      });
      expect(outcome).toBe('used');
      expect(await idsOf(person)).toEqual([person.passkey.id]);
      expect(await store().findUser(person.user.id)).toMatchObject({ twoStep: true });
    });

    test('removes none where it is not asked to, and writes nothing of it where the proof was used before', async () => {
      const person = await withPasskeys(2);
      const ceremony = randomUUID();
      const first = await operatorLink(person);
      expect(await redeem(first, { proof: shown(person, ceremony) })).toBe('used');
      expect(await idsOf(person)).toHaveLength(2);
      const second = await operatorLink(person);
      const outcome = await redeem(second, { proof: shown(person, ceremony), waysIn: removal(person) });
      expect(outcome).toBe('wrong_proof');
      expect(await idsOf(person)).toHaveLength(2);
      expect(await eventTypes(store(), person.user.id)).not.toContain('passkey_removed');
    });
  });

  describe('undoing a change of address, with passkeys', () => {
    const changedAt = later(hour / 2);
    const isBack = async ({ user }: Person) => (await store().findUser(user.id))?.email === user.email;

    test('asks for one from before the change, two-step sign-in on or off, and keeps it', async () => {
      const person = await withPasskeys();
      const change = await changed(person, changedAt);
      expect(await store().listProofs(person.user.id, 'localhost', changedAt)).toEqual(['passkey']);
      expect([await undo(change, null), await isBack(person)]).toEqual(['void', false]);
      const ceremony = randomUUID();
      const outcomes = await inParallel(10, () => undo(change, shown(person, ceremony)));
      expect(outcomes.filter((outcome) => outcome === 'undone')).toHaveLength(1);
      expect([await idsOf(person), await isBack(person)]).toEqual([[person.passkey.id], true]);
    });

    test('asks for none that was made for another domain: nobody can show it', async () => {
      const person = await withPasskeys(1, { rpId: 'old.example.org' });
      await setTwoStepOn(person);
      const change = await changed(person, changedAt);
      expect(await store().listProofs(person.user.id, 'localhost', changedAt)).toEqual([]);
      expect([await undo(change, null), await isBack(person)]).toEqual(['undone', true]);
      expect(await store().findUser(person.user.id)).toMatchObject({ twoStep: false });
    });

    test('asks for none where it removes the ways in, unless two-step sign-in is on, and removes all', async () => {
      const person = await withPasskeys();
      await linked(store(), person);
      const waysIn = { keptPasskeyId: null, rpId: 'localhost', events: [unlinked(person.user.id)] };
      const isLinked = async () => (await store().listIdentities(person.user.id)).length > 0;
      const change = await changed(person, changedAt);
      await setTwoStepOn(person);
      expect([await undo(change, null, waysIn), await isBack(person)]).toEqual(['void', false]);
      expect([await idsOf(person), await isLinked()]).toEqual([[person.passkey.id], true]);
      expect(await store().turnTwoStepOff(await changeOf(person))).toBe(true);
      expect([await undo(change, null, waysIn), await isBack(person)]).toEqual(['undone', true]);
      expect([await idsOf(person), await isLinked()]).toEqual([[], false]);
      expect(await eventTypes(store(), person.user.id)).toContain('identity_unlinked');
    });

    test('takes none that was made since, and removes it', async () => {
      const person = await withPasskeys();
      const change = await changed(person, changedAt);
      const thiefs = await added(person, { createdAt: changedAt });
      expect(await undo(change, shown({ passkey: thiefs }))).toBe('wrong_proof');
      expect([await idsOf(person), await isBack(person)]).toEqual([[person.passkey.id, thiefs.id], false]);
      expect(await undo(change, shown(person))).toBe('undone');
      expect(await idsOf(person)).toEqual([person.passkey.id]);
    });

    test('removes all that were made since, asks for none of them, and turns two-step sign-in off', async () => {
      const person = await registered(store());
      const change = await changed(person, changedAt);
      await added(person, { createdAt: later(hour) });
      await setTwoStepOn(person);
      expect(await store().listProofs(person.user.id, 'localhost', changedAt)).toEqual([]);
      expect(await undo(change, null)).toBe('undone');
      expect([await idsOf(person), await isBack(person)]).toEqual([[], true]);
      expect(await store().findUser(person.user.id)).toMatchObject({ twoStep: false });
    });
  });
}
