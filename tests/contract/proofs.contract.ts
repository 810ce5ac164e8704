import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { MailLink } from '#db/store/mail-links.ts';
import type { Proof, ShownProof } from '#db/store/second-factors.ts';
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
  registered,
  sessionRow,
} from './fixtures.ts';

type Person = Awaited<ReturnType<typeof registered>>;

/** A code of an app that was set up at that time. */
const aCode = (step: number, createdAt = now): Proof => ({ kind: 'totp', step, createdAt });

/** What a code or a recovery code allows beside the password, and that it does so once. */
export function proofContract(store: () => Store): void {
  /** Sets an app up, whose code of step 7 is used by that, with new recovery codes. */
  async function setUp({ user, session }: Person, at = now) {
    const hashes = Array.from({ length: 3 }, () => randomBytes(32).toString('base64url'));
    const sealed = { kid: 'kid-0', sealed: new Uint8Array(randomBytes(48)) };
    const owner = { userId: user.id, sessionId: session.id };
    const enrolment = { ...owner, ...sealed, tries: 0, expiresAt: later(hour) };
    const found = await store().findUser(user.id);
    const shown = { credentialVersion: found?.credentialVersion ?? -1, epoch: found?.epoch ?? -1 };
    await store().startTotp(enrolment, now);
    const change = { ...owner, shown, endsOthers: false, at, events: [] };
    expect(await store().confirmTotp(change, { enrolment, step: 7, recoveryHashes: hashes })).toBe(true);
    return hashes;
  }
  async function guarded() {
    const person = await registered(store());
    return { ...person, hashes: await setUp(person) };
  }
  /** A proof, with the event that a recovery code has. */
  function shown({ user }: Pick<Person, 'user'>, proof: Proof): ShownProof {
    const event = anEvent(user.id, { type: 'recovery_code_used', noticeId: randomUUID() });
    return { proof, event: proof.kind === 'recovery_code' ? event : null };
  }
  const proofsOf = ({ hashes }: { hashes: string[] }): Proof[] => [
    aCode(8),
    { kind: 'recovery_code', hash: hashes[0] ?? '' },
  ];
  const kinds = ['totp', 'recovery_code'] as const;
  type Guarded = Awaited<ReturnType<typeof guarded>>;
  const proofOf = (person: Guarded, kind: Proof['kind']) =>
    shown(person, proofsOf(person).find((proof) => proof.kind === kind) ?? aCode(0));

  const isUsed = async ({ user, hashes }: Guarded, kind: Proof['kind']) =>
    kind === 'totp'
      ? (await store().findTotp(user.id))?.lastStep === 8
      : !(await store().hasRecoveryCode(user.id, hashes[0] ?? ''));
  const countersOf = async ({ user }: Pick<Person, 'user'>) => {
    const found = await store().findUser(user.id);
    return { credentialVersion: found?.credentialVersion ?? -1, epoch: found?.epoch ?? -1 };
  };

  const successorOf = ({ session }: Pick<Person, 'session'>): NewSuccessor => ({
    ...aSession(session.userId, { amr: 'pwd otp mfa' }),
    replaces: session.id,
  });
  const succeed = async (person: Guarded, proof: ShownProof | null, successor = successorOf(person)) =>
    store().addSuccessor(successor, await countersOf(person), proof);

  async function operatorLink({ user }: Pick<Person, 'user'>): Promise<MailLink> {
    const link = aLink(user.id);
    await store().addOperatorLink(link);
    return link;
  }
  const redeem = (link: MailLink, proof: ShownProof | null, passwordHash = 'hash-1') =>
    store().redeemPasswordLink({ link, passwordHash, proof, event: anEvent(link.userId, { type: 'password_reset' }) });

  /** Changes the person's address at a time, and returns what undoing that takes. */
  async function changed({ user, session }: Person, at: Date) {
    const { email: from } = (await store().findUser(user.id)) ?? user;
    const change = aChange(user.id, { expiresAt: later(24 * hour) });
    const codeMail = aMail({ kind: 'email_code', recipient: change.email });
    await store().askEmailChange({ change, sessionId: session.id, codeMail, told: null });
    const link = anUndo(user.id, from);
    const undoMail = { ...aMail({ kind: 'email_undo', recipient: from }), detail: null };
    const event = anEvent(user.id, { type: 'email_changed', at });
    const done = await store().changeEmail({ change, sessionId: session.id, undo: link, undoMail, event });
    expect(done).toBe('changed');
    return { link, from: change.email, changedAt: at };
  }
  const undo = (change: Awaited<ReturnType<typeof changed>>, proof: ShownProof | null) =>
    store().undoEmailChange({
      rpId: 'localhost',
      ...{ ...change, formerMail: null, reset: null, proof },
      event: anEvent(change.link.userId, { type: 'email_change_undone', at: later(2 * hour) }),
    });

  describe('what a person can show', () => {
    test('is the app and the recovery codes that they have, and had by a time', async () => {
      const person = await registered(store());
      const list = (before?: Date) => store().listProofs(person.user.id, 'localhost', before);
      expect(await list()).toEqual([]);
      const [first = '', ...others] = await setUp(person, later(1000));
      expect([await list(), await list(later(1001)), await list(later(1000))]).toEqual([kinds, kinds, []]);
      for (const hash of [first, ...others])
        await succeed({ ...person, hashes: [hash] }, shown(person, { kind: 'recovery_code', hash }));
      expect(await list()).toEqual(['totp']);
      const { user: stranger } = await registered(store());
      expect(await store().listProofs(stranger.id, 'localhost')).toEqual([]);
    });
  });

  describe.each(kinds)('a proof (%s)', (kind) => {
    test('makes one successor, of ten at once', async () => {
      const person = await guarded();
      const outcomes = await inParallel(10, () => succeed(person, proofOf(person, kind)));
      expect(outcomes.toSorted()).toEqual(['added', ...Array(9).fill('wrong_proof')]);
      expect(await isUsed(person, kind)).toBe(true);
    });

    test('sets one password, of ten tries at once', async () => {
      const person = await guarded();
      const link = await operatorLink(person);
      const outcomes = await inParallel(10, (index) => redeem(link, proofOf(person, kind), `hash-1-${index}`));
      expect(outcomes.filter((outcome) => outcome === 'used')).toHaveLength(1);
      expect(await store().findUser(person.user.id)).toMatchObject({ epoch: 1, twoStep: true });
      expect(await isUsed(person, kind)).toBe(true);
    });

    test('serves either a successor or a new password, of both at once', async () => {
      for (let round = 0; round < 5; round++) {
        const person = await guarded();
        const link = await operatorLink(person);
        const [successor, password] = await Promise.all([
          succeed(person, proofOf(person, kind)),
          redeem(link, proofOf(person, kind)),
        ]);
        expect([successor === 'added', password === 'used'].filter(Boolean)).toHaveLength(1);
        expect(await countersOf(person)).toMatchObject({ epoch: password === 'used' ? 1 : 0 });
      }
    });

    test('is not used up by what does not happen', async () => {
      const person = await guarded();
      const stale = { ...successorOf(person), lastUsedAt: later(2 * hour) };
      expect(await succeed(person, proofOf(person, kind), stale)).toBe('refused');
      expect(await redeem(aLink(person.user.id), proofOf(person, kind))).toBe('void');
      expect(await isUsed(person, kind)).toBe(false);
      expect(await succeed(person, proofOf(person, kind))).toBe('added');
    });

    test('that was used, or is another person’s, lets nothing happen', async () => {
      const person = await guarded();
      const other = await guarded();
      const proofs = [shown(person, aCode(7)), shown(person, proofsOf(other)[1] ?? aCode(0))];
      for (const proof of proofs) {
        const successor = successorOf(person);
        expect(await succeed(person, proof, successor)).toBe('wrong_proof');
        expect(await store().findSession(successor.id)).toBeNull();
        const link = await operatorLink(person);
        expect(await redeem(link, proof)).toBe('wrong_proof');
        expect(await store().findMailLink(link.id, now)).not.toBeNull();
      }
      expect(await sessionRow(store(), person.session.id)).toMatchObject({ endedAt: null });
      expect(await store().findUser(person.user.id)).toMatchObject({ passwordHash: 'hash-0', epoch: 0 });
      expect(await eventTypes(store(), person.user.id)).toEqual(['signed_up']);
      expect(await isUsed(other, kind)).toBe(false);
    });
  });

  test('a code of an app in whose place another was put meanwhile lets nothing happen', async () => {
    const person = await guarded();
    const change = await changed(person, later(hour / 2));
    await setUp(person, later(1000));
    const stale = shown(person, aCode(8));
    expect(await succeed(person, stale)).toBe('wrong_proof');
    expect(await redeem(await operatorLink(person), stale)).toBe('wrong_proof');
    expect(await undo(change, stale)).toBe('wrong_proof');
    expect(await store().findTotp(person.user.id)).toMatchObject({ lastStep: 7 });
    expect(await succeed(person, shown(person, aCode(8, later(1000))))).toBe('added');
  });

  describe('a recovery code', () => {
    test('tells its owner of its use, and how many are left, along with what it allows', async () => {
      const person = await guarded();
      for (const [index, left] of ['2', '1', '0'].entries()) {
        const proof = shown(person, { kind: 'recovery_code', hash: person.hashes[index] ?? '' });
        expect(await succeed(person, proof)).toBe('added');
        expect(await store().findMail(proof.event?.noticeId ?? '')).toMatchObject({ kind: 'notice', detail: left });
      }
      const types = await eventTypes(store(), person.user.id);
      expect(types.filter((type) => type === 'recovery_code_used')).toHaveLength(3);
    });
  });

  describe('a link to set a password', () => {
    test('does so without a proof where two-step sign-in is off, and nowhere else', async () => {
      const person = await guarded();
      const link = await operatorLink(person);
      const before = await countersOf(person);
      expect(await redeem(link, null)).toBe('void');
      expect(await countersOf(person)).toEqual(before);
      expect(await store().findMailLink(link.id, now)).not.toBeNull();
      const { user } = await registered(store());
      expect(await redeem(await operatorLink({ user }), null)).toBe('used');
    });

    test('is void once that is said', async () => {
      const { user } = await registered(store());
      const link = await operatorLink({ user });
      await store().voidMailLink(randomUUID());
      expect(await store().findMailLink(link.id, now)).not.toBeNull();
      await store().voidMailLink(link.id);
      expect(await redeem(link, null)).toBe('void');
    });
  });

  describe('undoing a change of address', () => {
    const changedAt = later(hour / 2);
    const left = async ({ user }: Person) => [
      (await store().findUser(user.id))?.twoStep,
      await store().listProofs(user.id, 'localhost'),
      (await store().findUser(user.id))?.email === user.email,
    ];

    test('needs a proof where there was an app before it, and keeps that', async () => {
      const person = await guarded();
      const change = await changed(person, changedAt);
      expect(await undo(change, null)).toBe('void');
      expect(await left(person)).toEqual([true, kinds, false]);
      expect(await undo(change, proofOf(person, 'totp'))).toBe('undone');
      expect(await left(person)).toEqual([true, kinds, true]);
    });

    test.each(kinds)('happens once, with one proof (%s), of ten times at once', async (kind) => {
      const person = await guarded();
      const change = await changed(person, changedAt);
      const outcomes = await inParallel(10, () => undo(change, proofOf(person, kind)));
      expect(outcomes.filter((outcome) => outcome === 'undone')).toHaveLength(1);
      expect(await isUsed(person, kind)).toBe(true);
    });

    test('removes what was set up since, asks for none of it, and turns two-step sign-in off', async () => {
      const person = await registered(store());
      const change = await changed(person, changedAt);
      await setUp(person, changedAt);
      expect(await undo(change, null)).toBe('undone');
      expect(await left(person)).toEqual([false, [], true]);
    });

    test('takes no proof that was set up since, and uses up none', async () => {
      const person = await guarded();
      const change = await changed(person, changedAt);
      const hashes = await setUp(person, later((hour * 3) / 4));
      const newer = [aCode(8, later((hour * 3) / 4)), proofsOf({ hashes })[1] ?? aCode(0)];
      for (const proof of newer) expect(await undo(change, shown(person, proof))).toBe('wrong_proof');
      expect(await left(person)).toEqual([true, kinds, false]);
      expect(await undo(change, null)).toBe('undone');
      expect(await left(person)).toEqual([false, [], true]);
    });
  });
}
