import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { PasskeyRow } from '#db/store/passkeys.ts';
import type { FactorChange, Proof } from '#db/store/second-factors.ts';
import type { SecondStepRow } from '#db/store/second-steps.ts';
import type { SessionBasis } from '#db/store/sessions.ts';
import type { Store } from '#db/store/store.ts';
import { anEvent, begin, eventTypes, hour, inParallel, later, now, registered, sessionRow } from './fixtures.ts';
import { aStep } from './second-steps.contract.ts';

type Person = Awaited<ReturnType<typeof registered>> & { passkey: PasskeyRow };
type Shown = Proof & { kind: 'passkey' };

/** A session that begins on a passkey, alone or after the password: once for each ceremony, and by a counter that rises. */
export function passkeySignInContract(store: () => Store): void {
  const countersOf = async (userId: string) => {
    const found = await store().findUser(userId);
    return { credentialVersion: found?.credentialVersion ?? -1, epoch: found?.epoch ?? -1 };
  };
  async function withPasskey(over: Partial<PasskeyRow> = {}): Promise<Person> {
    const { user, session } = await registered(store());
    const key = { credentialId: randomBytes(32).toString('base64url'), publicKey: new Uint8Array(randomBytes(77)) };
    const facts = { rpId: 'example.org', counter: 5, synced: false, backedUp: false, transports: 'internal' };
    const named = { name: 'Passkey', createdAt: now, lastUsedAt: null };
    const passkey: PasskeyRow = { id: randomUUID(), userId: user.id, ...key, ...facts, ...named, ...over };
    expect(await store().addPasskey(await aChange(user.id, session.id), passkey, aCeremony())).toBe('added');
    return { user, session, passkey };
  }
  async function aChange(userId: string, sessionId: string): Promise<FactorChange> {
    return { userId, sessionId, shown: await countersOf(userId), endsOthers: false, at: now, events: [] };
  }
  const aCeremony = () => ({ id: randomBytes(32).toString('base64url'), expiresAt: later(hour) });
  function shown({ passkey }: Pick<Person, 'passkey'>, over: Partial<Shown> = {}): Shown {
    return { kind: 'passkey', passkeyId: passkey.id, counter: 6, backedUp: true, ceremony: aCeremony(), ...over };
  }
  async function turnOn({ user, session }: Person): Promise<void> {
    const found = await store().findUser(user.id);
    const hashes = [randomBytes(32).toString('base64url')];
    if (!found?.twoStep) await store().turnTwoStepOn(await aChange(user.id, session.id), hashes);
  }
  async function asked(person: Person, over: Partial<SecondStepRow> = {}): Promise<SecondStepRow> {
    const { user } = person;
    await turnOn(person);
    const step = aStep(user.id, { expiresAt: later(hour), ...(await countersOf(user.id)), ...over });
    expect(await store().addSecondStep(step)).toBe(true);
    return step;
  }

  /** Signs in with a passkey alone. */
  async function alone({ user }: Person, proof: Shown, more: Partial<SessionBasis & { kind: 'passkey' }> = {}) {
    const basis = {
      kind: 'passkey',
      shown: await countersOf(user.id),
      proof: { proof, event: null },
      ...more,
    } as const;
    return begin(store(), user.id, basis, { over: { amr: 'pop user mfa' } }).outcome;
  }
  /** Signs in with a passkey after the password. */
  const complete = (step: SecondStepRow, proof: Shown, userId = step.userId) =>
    begin(store(), userId, { kind: 'second_step', step, proof: { proof, event: null } }).outcome;
  const both = [
    ['alone', alone],
    ['after the password', async (person: Person, proof: Shown) => complete(await asked(person), proof)],
  ] as const;

  const signInsOf = async ({ user }: Person) =>
    (await eventTypes(store(), user.id)).filter((type) => type === 'signed_in').length;
  const rowOf = async ({ user }: Person) => (await store().listPasskeys(user.id))[0];

  describe.each(both)('a passkey %s', (_, signIn) => {
    test('begins a session, and keeps what the authenticator says now', async () => {
      const ann = await withPasskey();
      const proof = shown(ann);
      expect(await signIn(ann, proof)).toBe('begun');
      expect(await eventTypes(store(), ann.user.id)).toEqual(['signed_in', 'signed_up']);
      expect(await rowOf(ann)).toMatchObject({ counter: 6, backedUp: true, synced: false, lastUsedAt: now });
      expect(await store().isCeremonyUsed(proof.ceremony.id)).toBe(true);
    });

    test('begins one session of each ceremony, of ten at once', async () => {
      const ann = await withPasskey({ synced: true });
      const proof = shown(ann);
      // Turning it on changes the credentials, which would void what was begun at that moment.
      await turnOn(ann);
      const outcomes = await inParallel(10, () => signIn(ann, proof));
      expect(outcomes.filter((outcome) => outcome === 'begun')).toHaveLength(1);
      expect(await signInsOf(ann)).toBe(1);
      expect(await signIn(ann, proof)).toBe('refused');
    });

    test('with another ceremony and the same count is refused, and uses no ceremony up', async () => {
      const ann = await withPasskey();
      expect(await signIn(ann, shown(ann))).toBe('begun');
      for (const counter of [6, 5, 0]) {
        const copied = shown(ann, { counter, backedUp: false });
        expect(await signIn(ann, copied)).toBe('refused');
        expect(await store().isCeremonyUsed(copied.ceremony.id)).toBe(false);
      }
      expect(await rowOf(ann)).toMatchObject({ counter: 6, backedUp: true });
      expect(await signIn(ann, shown(ann, { counter: 7 }))).toBe('begun');
    });

    test('of ten counts at once keeps the highest that was taken', async () => {
      const ann = await withPasskey();
      const counts = [15, 6, 14, 7, 13, 8, 12, 9, 11, 10];
      // Turning it on changes the credentials, which would void what was begun at that moment.
      await turnOn(ann);
      const outcomes = await inParallel(10, (n) => signIn(ann, shown(ann, { counter: counts[n] ?? 0 })));
      const taken = counts.filter((_, n) => outcomes[n] === 'begun');
      expect(await rowOf(ann)).toMatchObject({ counter: Math.max(...taken) });
      expect(await signInsOf(ann)).toBe(taken.length);
    });

    test.each([
      ['device-bound', false, 0, 0],
      ['synced', true, 0, 0],
      ['synced', true, 9, 3],
      ['synced', true, 9, 9],
    ])('that is %s (%s) may count %i and then %i', async (_, synced, counter, next) => {
      const ann = await withPasskey({ synced, counter });
      expect(await signIn(ann, shown(ann, { counter: next }))).toBe('begun');
      expect(await signIn(ann, shown(ann, { counter: next }))).toBe('begun');
      expect(await rowOf(ann)).toMatchObject({ counter: next });
    });

    test('of another person begins nothing, and neither it nor the ceremony is used up', async () => {
      const [ann, bob] = [await withPasskey(), await withPasskey()];
      const proof = shown(bob);
      expect(await signIn(ann, proof)).toBe('refused');
      expect(await signIn(ann, shown({ passkey: { ...bob.passkey, id: randomUUID() } }))).toBe('refused');
      expect([await rowOf(ann), await rowOf(bob)]).toMatchObject([{ counter: 5 }, { counter: 5, lastUsedAt: null }]);
      expect(await eventTypes(store(), ann.user.id)).toEqual(['signed_up']);
      expect(await signIn(bob, proof)).toBe('begun');
    });
  });

  describe('a passkey alone', () => {
    test('begins a session where two-step sign-in is on, too, and leaves what waits', async () => {
      const ann = await withPasskey();
      const step = await asked(ann);
      expect(await alone(ann, shown(ann))).toBe('begun');
      expect(await store().findSecondStep(step, now)).toEqual(step);
    });

    test.each(['credentialVersion', 'epoch'] as const)('with a stale %s writes nothing', async (counter) => {
      const ann = await withPasskey();
      const proof = shown(ann);
      const counters = await countersOf(ann.user.id);
      const stale = { ...counters, [counter]: counters[counter] + 1 };
      expect(await alone(ann, proof, { shown: stale })).toBe('refused');
      expect(await store().isCeremonyUsed(proof.ceremony.id)).toBe(false);
      expect(await rowOf(ann)).toMatchObject({ counter: 5, lastUsedAt: null });
      expect(await eventTypes(store(), ann.user.id)).toEqual(['signed_up']);
    });

    test('keeps an account that was to be deleted, and is refused if it no longer is', async () => {
      const ann = await withPasskey();
      const kept = anEvent(ann.user.id, { type: 'account_kept' });
      const proof = shown(ann);
      expect(await alone(ann, proof, { kept })).toBe('refused');
      expect(await store().isCeremonyUsed(proof.ceremony.id)).toBe(false);
    });

    test('ends the session that the browser came with, and only with its own', async () => {
      const [ann, bob] = [await withPasskey(), await withPasskey()];
      const proof = shown(ann);
      const from = async () => {
        const basis = { kind: 'passkey', shown: await countersOf(ann.user.id), proof: { proof, event: null } } as const;
        return begin(store(), ann.user.id, basis, { endSessionId: bob.session.id }).outcome;
      };
      expect(await alone(ann, shown(ann, { counter: 5 }))).toBe('refused');
      expect((await sessionRow(store(), bob.session.id)).endedAt).toBeNull();
      expect(await from()).toBe('begun');
      expect(await sessionRow(store(), bob.session.id)).toMatchObject({ endReason: 'replaced' });
    });
  });

  describe('a second step that waits', () => {
    test('is completed once, by one of ten ceremonies at once', async () => {
      const ann = await withPasskey({ synced: true });
      const step = await asked(ann);
      const proofs = Array.from({ length: 10 }, () => shown(ann));
      const outcomes = await Promise.all(proofs.map((proof) => complete(step, proof)));
      expect(outcomes.filter((outcome) => outcome === 'begun')).toHaveLength(1);
      const used = await Promise.all(proofs.map(({ ceremony }) => store().isCeremonyUsed(ceremony.id)));
      expect(used).toEqual(outcomes.map((outcome) => outcome === 'begun'));
    });

    test('of ten one is completed by one ceremony at once, and the others wait on', async () => {
      const ann = await withPasskey({ synced: true });
      const steps: SecondStepRow[] = [];
      for (let n = 0; n < 10; n++) steps.push(await asked(ann));
      const proof = shown(ann);
      const outcomes = await Promise.all(steps.map((step) => complete(step, proof)));
      expect(outcomes.filter((outcome) => outcome === 'begun')).toHaveLength(1);
      const left = await Promise.all(steps.map((step) => store().findSecondStep(step, now)));
      expect(left.map((step) => step === null)).toEqual(outcomes.map((outcome) => outcome === 'begun'));
    });

    test('and a sign-in with the passkey alone share one ceremony: one of both begins', async () => {
      for (let round = 0; round < 5; round++) {
        const ann = await withPasskey({ synced: true });
        const step = await asked(ann);
        const proof = shown(ann);
        const outcomes = await Promise.all([complete(step, proof), alone(ann, proof)]);
        expect(outcomes.filter((outcome) => outcome === 'begun')).toHaveLength(1);
      }
    });

    test('of another person is not completed, whoever’s passkey is shown', async () => {
      const [ann, bob] = [await withPasskey(), await withPasskey()];
      const step = await asked(ann);
      const proof = shown(bob);
      expect(await complete(step, proof)).toBe('refused');
      expect(await complete(step, proof, bob.user.id)).toBe('refused');
      expect(await store().findSecondStep(step, now)).toEqual(step);
      expect(await store().isCeremonyUsed(proof.ceremony.id)).toBe(false);
    });
  });
}
