import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { PasskeyRow } from '#db/store/passkeys.ts';
import type { CeremonyUse, FactorChange } from '#db/store/second-factors.ts';
import type { Store } from '#db/store/store.ts';
import { passkeysLimit } from '#lib/core/policy.ts';
import {
  aLast,
  anEvent,
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
} from './fixtures.ts';
import { aStep } from './second-steps.contract.ts';

type Person = Awaited<ReturnType<typeof registered>>;

const ways = { ...passwordsOnly, rpId: 'example.org' };

function aPasskey(userId: string, over: Partial<PasskeyRow> = {}): PasskeyRow {
  const key = { credentialId: randomBytes(32).toString('base64url'), publicKey: new Uint8Array(randomBytes(77)) };
  const facts = { rpId: 'example.org', counter: 0, synced: true, backedUp: true, transports: 'internal hybrid' };
  return { id: randomUUID(), userId, ...key, ...facts, name: 'Passkey', createdAt: now, lastUsedAt: null, ...over };
}

function aCeremony(over: Partial<CeremonyUse> = {}): CeremonyUse {
  return { id: randomBytes(32).toString('base64url'), expiresAt: later(hour), ...over };
}

/** Passkeys: how they come and go, and what ends with them. */
export function passkeyContract(store: () => Store): void {
  async function aChange({ user, session }: Person, over: Partial<FactorChange> = {}): Promise<FactorChange> {
    const found = await store().findUser(user.id);
    const shown = { credentialVersion: found?.credentialVersion ?? -1, epoch: found?.epoch ?? -1 };
    const about = { userId: user.id, sessionId: session.id, at: now };
    return { ...about, shown, endsOthers: false, events: [anEvent(user.id, { type: 'passkey_added' })], ...over };
  }
  const removal = (person: Person) =>
    aChange(person, { events: [anEvent(person.user.id, { type: 'passkey_removed' })] });

  async function add(person: Person, over: Partial<PasskeyRow> = {}): Promise<PasskeyRow> {
    const passkey = aPasskey(person.user.id, over);
    expect(await store().addPasskey(await aChange(person, { events: [] }), passkey, aCeremony())).toBe('added');
    return passkey;
  }
  async function withPasskeys(count: number) {
    const person = await registered(store());
    const passkeys: PasskeyRow[] = [];
    for (let made = 0; made < count; made++) passkeys.push(await add(person));
    return { ...person, passkeys };
  }
  /** A person without a password, as one who came by a provider. */
  async function withoutPassword(): Promise<Person> {
    const user = aUser({ passwordHash: null });
    const begun = begin(store(), user.id, { kind: 'new_account', user });
    expect(await begun.outcome).toBe('begun');
    return { user, session: begun.session };
  }
  const namesOf = async ({ user }: Person) => (await store().listPasskeys(user.id)).map(({ id }) => id).sort();
  const idsOf = (passkeys: PasskeyRow[]) => passkeys.map(({ id }) => id).sort();
  const versionOf = async ({ user }: Person) => (await store().findUser(user.id))?.credentialVersion;
  const turnOn = async (person: Person) =>
    store().turnTwoStepOn(await aChange(person, { events: [] }), [randomBytes(32).toString('base64url')]);

  /** Sets an authenticator app up, which turns two-step sign-in on. */
  async function setUpApp(person: Person): Promise<void> {
    const sealed = { kid: 'kid-0', sealed: new Uint8Array(randomBytes(48)) };
    const owner = { userId: person.user.id, sessionId: person.session.id };
    const enrolment = { ...owner, ...sealed, tries: 0, expiresAt: later(hour) };
    await store().startTotp(enrolment, now);
    const change = await aChange(person, { events: [] });
    expect(await store().confirmTotp(change, { enrolment, step: 7, recoveryHashes: null })).toBe(true);
  }
  /** Trusts a browser of somebody who has an app. */
  async function trustDevice({ user }: Person): Promise<void> {
    const shown = (await store().findUser(user.id)) ?? original;
    const { credentialVersion, epoch } = shown;
    const row = aStep(user.id, { credentialVersion, epoch, expiresAt: later(hour) });
    expect(await store().addSecondStep(row)).toBe(true);
    const seen = { createdAt: now, lastUsedAt: now, expiresAt: later(hour), userAgent: 'Browser', ip: null };
    const device = { id: randomUUID(), userId: user.id, hash: randomUUID(), userEpoch: epoch, ...seen };
    const { createdAt = now } = (await store().findTotp(user.id)) ?? {};
    const proof = { proof: { kind: 'totp', step: 100, createdAt }, event: null } as const;
    expect(await begin(store(), user.id, { kind: 'second_step', step: row, proof, device }).outcome).toBe('begun');
    expect((await store().findFactors(user.id, now)).trustedDevices).toHaveLength(1);
  }

  describe('adding a passkey', () => {
    test('keeps it as it is, once, and what was shown before is no longer good', async () => {
      const person = await registered(store());
      const passkey = aPasskey(person.user.id, { createdAt: later(5) });
      const older = aPasskey(person.user.id, { synced: false, backedUp: false, counter: 7, transports: '' });
      const ceremony = aCeremony();
      expect(await store().addPasskey(await aChange(person), passkey, ceremony)).toBe('added');
      expect(await store().addPasskey(await aChange(person), older, aCeremony())).toBe('added');
      const found = await store().findPasskey(passkey.credentialId);
      expect({ ...found, publicKey: null }).toEqual({ ...passkey, publicKey: null });
      expect(Buffer.from(found?.publicKey ?? []).equals(passkey.publicKey)).toBe(true);
      expect((await store().listPasskeys(person.user.id)).map(({ id }) => id)).toEqual([older.id, passkey.id]);
      expect(await versionOf(person)).toBe(2);
      expect(await eventTypes(store(), person.user.id)).toEqual(['passkey_added', 'passkey_added', 'signed_up']);
      expect(await begin(store(), person.user.id, { kind: 'credentials', shown: original }).outcome).toBe('refused');
    });

    test('is refused with a ceremony that was used, or an id that is known already, whoever it is of', async () => {
      const [person, other] = [await registered(store()), await registered(store())];
      const { credentialId } = await add(other);
      const ceremony = aCeremony();
      expect(await store().addPasskey(await aChange(person), aPasskey(person.user.id), ceremony)).toBe('added');
      const before = await namesOf(person);
      const again = aPasskey(person.user.id);
      expect(await store().addPasskey(await aChange(person), again, ceremony)).toBe('taken');
      const known = aPasskey(person.user.id, { credentialId });
      const unused = aCeremony();
      expect(await store().addPasskey(await aChange(person), known, unused)).toBe('taken');
      expect(await namesOf(person)).toEqual(before);
      expect(await versionOf(person)).toBe(1);
      expect(await store().findPasskey(credentialId)).toMatchObject({ userId: other.user.id });
      expect(await store().addPasskey(await aChange(person), again, unused)).toBe('added');
    });

    test('happens once of many tries in one ceremony at the same moment', async () => {
      const person = await registered(store());
      const [change, ceremony] = [await aChange(person, { events: [] }), aCeremony()];
      const outcomes = await inParallel(5, () => store().addPasskey(change, aPasskey(person.user.id), ceremony));
      expect(outcomes.filter((outcome) => outcome === 'added')).toHaveLength(1);
      expect(await namesOf(person)).toHaveLength(1);
    });

    test('stops at the limit, also where two are added at once below it', async () => {
      const person = await withPasskeys(passkeysLimit - 1);
      const change = await aChange(person, { events: [] });
      const addOne = async () => store().addPasskey(change, aPasskey(person.user.id), aCeremony());
      expect((await inParallel(2, addOne)).toSorted()).toEqual(['added', 'refused']);
      const ceremony = aCeremony();
      expect(await store().addPasskey(await aChange(person), aPasskey(person.user.id), ceremony)).toBe('refused');
      expect(await namesOf(person)).toHaveLength(passkeysLimit);
      expect(await versionOf(person)).toBe(passkeysLimit);
      const other = await registered(store());
      expect(await store().addPasskey(await aChange(other), aPasskey(other.user.id), ceremony)).toBe('added');
    });

    test('is refused to a session that is over', async () => {
      const person = await registered(store());
      const change = await aChange(person);
      await store().endOwnSession(person.user.id, person.session.id, anEvent(person.user.id));
      expect(await store().addPasskey(change, aPasskey(person.user.id), aCeremony())).toBe('refused');
      expect(await namesOf(person)).toEqual([]);
    });

    test('forgets trusted devices, and so does removing one', async () => {
      const person = await registered(store());
      await setUpApp(person);
      for (const change of ['add', 'remove'] as const) {
        await trustDevice(person);
        if (change === 'add') await add(person);
        else {
          const [id = ''] = await namesOf(person);
          expect(await store().removePasskey(await removal(person), id, ways)).toBe(true);
        }
        expect((await store().findFactors(person.user.id, now)).trustedDevices).toEqual([]);
        // The next device takes a newer code.
        await setUpApp(person);
      }
    });
  });

  test('a passkey gets another name from its owner only', async () => {
    const [person, other] = [await withPasskeys(1), await registered(store())];
    const [{ id } = { id: '' }] = person.passkeys;
    expect(await store().renamePasskey(other.user.id, id, 'Mine')).toBeNull();
    expect(await store().listPasskeys(person.user.id)).toMatchObject([{ id, name: 'Passkey' }]);
    expect(await store().renamePasskey(person.user.id, id, 'Phone')).toMatchObject({ id, name: 'Phone' });
    expect(await store().listPasskeys(person.user.id)).toMatchObject([{ id, name: 'Phone' }]);
    expect(await versionOf(person)).toBe(1);
  });

  describe('removing a passkey', () => {
    test('takes this one away, and no other person’s', async () => {
      const [person, other] = [await withPasskeys(2), await withPasskeys(1)];
      const [gone, kept] = person.passkeys;
      const [foreign] = other.passkeys;
      expect(await store().removePasskey(await removal(person), foreign?.id ?? '', ways)).toBe(false);
      expect(await store().removePasskey(await removal(person), gone?.id ?? '', ways)).toBe(true);
      expect(await store().removePasskey(await removal(person), gone?.id ?? '', ways)).toBe(false);
      expect(await namesOf(person)).toEqual([kept?.id]);
      expect(await namesOf(other)).toEqual(idsOf(other.passkeys));
      expect(await versionOf(person)).toBe(3);
      expect(await eventTypes(store(), person.user.id)).toEqual(['passkey_removed', 'signed_up']);
    });

    test('leaves the last factor while two-step sign-in is on', async () => {
      const person = await withPasskeys(1);
      const [id = ''] = idsOf(person.passkeys);
      expect(await turnOn(person)).toBe(true);
      expect(await store().removePasskey(await removal(person), id, ways)).toBe(false);
      expect(await namesOf(person)).toEqual([id]);
      await setUpApp(person);
      expect(await store().removePasskey(await removal(person), id, ways)).toBe(true);
    });

    test('leaves the last way in of somebody without a password', async () => {
      const person = await withoutPassword();
      const [first, second] = [await add(person), await add(person)];
      expect(await store().removePasskey(await removal(person), first.id, ways)).toBe(true);
      expect(await store().removePasskey(await removal(person), second.id, ways)).toBe(false);
      expect(await namesOf(person)).toEqual([second.id]);
    });

    test('twice at once leaves one of two', async () => {
      const person = await withPasskeys(2);
      expect(await turnOn(person)).toBe(true);
      const change = await aChange(person, { events: [] });
      const removed = await Promise.all(person.passkeys.map(({ id }) => store().removePasskey(change, id, ways)));
      expect(removed.toSorted()).toEqual([false, true]);
      expect(await namesOf(person)).toHaveLength(1);
    });
  });

  describe('a passkey as a factor', () => {
    test('is listed as one, and as one that was there by a time', async () => {
      const person = await registered(store());
      const list = (before?: Date) => store().listProofs(person.user.id, 'example.org', before);
      await add(person, { createdAt: later(1000) });
      expect([await list(), await list(later(1001)), await list(later(1000))]).toEqual([['passkey'], ['passkey'], []]);
      await setUpApp(person);
      expect(await list()).toEqual(['passkey', 'totp']);
      expect(await store().listProofs((await registered(store())).user.id, 'example.org')).toEqual([]);
    });

    test('alone lets two-step sign-in be turned on, and the app go while it is', async () => {
      const person = await withPasskeys(1);
      expect(await turnOn(person)).toBe(true);
      expect(await store().findUser(person.user.id)).toMatchObject({ twoStep: true });
      await setUpApp(person);
      expect(await store().removeTotp(await aChange(person))).toBe(true);
      expect(await store().listProofs(person.user.id, 'example.org')).toEqual(['passkey', 'recovery_code']);
    });

    test.each([true, false])('is kept by an operator’s reset only if that says so (%s)', async (keepPasskeys) => {
      const [person, other] = [await withPasskeys(2), await withPasskeys(1)];
      expect(await turnOn(person)).toBe(true);
      await store().resetFactors(person.user.id, anEvent(person.user.id, { type: 'factors_reset' }), { keepPasskeys });
      expect(await namesOf(person)).toEqual(keepPasskeys ? idsOf(person.passkeys) : []);
      expect(await store().findUser(person.user.id)).toMatchObject({ twoStep: false, epoch: 1 });
      expect(await sessionRow(store(), person.session.id)).toMatchObject({ endReason: 'factor_changed' });
      expect(await namesOf(other)).toEqual(idsOf(other.passkeys));
    });
  });

  test('passkeys of another relying party are counted', async () => {
    const person = await registered(store());
    await add(person);
    await add(person, { rpId: 'old.example.org' });
    expect(await store().countPasskeysOfOthers('example.org')).toBe(1);
    expect(await store().countPasskeysOfOthers('new.example.org')).toBe(2);
  });

  test('purge deletes ceremonies once their time is over: until then they serve nobody again', async () => {
    const person = await registered(store());
    const [over, used] = [aCeremony({ expiresAt: later(10) }), aCeremony({ expiresAt: later(20) })];
    for (const ceremony of [over, used])
      expect(await store().addPasskey(await aChange(person), aPasskey(person.user.id), ceremony)).toBe('added');
    expect(await store().purge('used_ceremonies', later(20), 10)).toBe(1);
    expect(await store().addPasskey(await aChange(person), aPasskey(person.user.id), used)).toBe('taken');
    expect(await store().addPasskey(await aChange(person), aPasskey(person.user.id), over)).toBe('added');
  });

  test('passkeys go with their account', async () => {
    const person = await withPasskeys(1);
    expect(await store().deleteAccount(person.user, person.session.id, aLast())).toBe(true);
    expect(await store().findPasskey(person.passkeys[0]?.credentialId ?? '')).toBeNull();
  });
}
