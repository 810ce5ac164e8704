import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addPasskey, asked, shown } from '#tests/integration/second-factors/passkeys.ts';
import { setUp } from '#tests/integration/second-factors/setting-up.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { type MadePasskey, showPasskey } from '#tests/support/passkey.ts';

const freshSeconds = 900;
let app: TestApp;
let ann: Browser;
let passkey: MadePasskey;

async function withPasskey(email?: string, how = {}) {
  const who = await signedUp(email);
  const added = await addPasskey(who, how);
  if (added.response.status !== 201) throw new Error(`Adding a passkey answered ${added.response.status}.`);
  return { who, passkey: added.passkey };
}

async function start(changes: Record<string, string> = {}): Promise<void> {
  app = await startApp({ LIMIT_STEP_UP_PER_USER: '1000/900', ...changes });
  ({ who: ann, passkey } = await withPasskey());
  await grow(ann);
}
beforeEach(() => start());
afterEach(() => app.close());

/** Lets a sign-in grow too old for what asks for a fresh one. */
async function grow(who: Browser): Promise<void> {
  app.clock.advance(freshSeconds + 1);
  await who.refresh();
}
async function stepUp(who: Browser, json: object): Promise<Response> {
  const response = await who.send('POST', '/api/auth/step-up', { json });
  if (response.ok) who.token = (await response.clone().json()).access_token;
  return response;
}
async function outcomeOf(response: Response): Promise<[number, string[]]> {
  return [response.status, Object.keys((await response.json()).fields ?? {})];
}
const exported = async (who: Browser) => (await who.send('GET', '/api/me/export')).status;
const claimsOf = (who: Browser) => decodeJwt(who.token ?? '');
const idOf = async (email = 'ann@example.org') => (await app.deps.store.findUserByEmail(email))?.id ?? '';
async function eventTypes(): Promise<string[]> {
  const { items } = await app.deps.store.listSecurityEvents(await idOf(), { page: 1, size: 100 });
  return items.map(({ type }) => type);
}
const lastUse = async () => (await app.deps.store.listPasskeys(await idOf()))[0]?.lastUsedAt ?? null;

describe('a passkey alone steps up', () => {
  test('makes a successor of two factors, whose sign-in is now, and ends the old one at its first use', async () => {
    const before = claimsOf(ann);
    const older = ann.copy();
    expect(await exported(ann)).toBe(401);
    const response = await stepUp(ann, await shown(ann, passkey, 'step_up'));
    expect(response.status).toBe(200);
    const now = app.clock.now.getTime() / 1000;
    expect(claimsOf(ann)).toMatchObject({ acr: 'aal2', amr: ['pop', 'user', 'mfa'], auth_time: now });
    expect(claimsOf(ann).sid).not.toBe(before.sid);
    expect((await older.send('GET', '/api/me')).status).toBe(200);
    expect(await exported(ann)).toBe(200);
    expect([await exported(older), (await older.send('GET', '/api/me')).status]).toEqual([401, 401]);
    expect(await lastUse()).toEqual(app.clock.now);
    app.clock.advance(freshSeconds);
    await ann.refresh();
    expect(await exported(ann)).toBe(200);
    expect(claimsOf(ann)).toMatchObject({ acr: 'aal2', auth_time: now });
  });

  test('is offered by the 401 where the account has one, whether two-step sign-in is on or off', async () => {
    const factors = async (who: Browser) => (await (await who.send('GET', '/api/me/export')).json()).factors;
    expect(await factors(ann)).toEqual(['password', 'passkey']);
    const bob = await signedUp('bob@example.org');
    await grow(bob);
    expect(await factors(bob)).toEqual(['password']);
    await ann.refresh();
    await stepUp(ann, { password });
    await setUp(app, ann);
    await grow(ann);
    expect(await factors(ann)).toEqual(['password', 'passkey', 'totp', 'recovery_code']);
    expect((await stepUp(ann, await shown(ann, passkey, 'step_up'))).status).toBe(200);
    expect(claimsOf(ann)).toMatchObject({ acr: 'aal2', amr: ['pop', 'user', 'mfa'] });
    expect(await exported(ann)).toBe(200);
  });

  test('is the second factor beside no password: the right one is not asked for, and a wrong one changes nothing', async () => {
    const typed = { password: 'not the password', ...(await shown(ann, passkey, 'step_up')) };
    expect((await stepUp(ann, typed)).status).toBe(200);
    expect(claimsOf(ann)).toMatchObject({ amr: ['pop', 'user', 'mfa'] });
  });

  test('is asked for by name: one’s own passkeys and nobody else’s', async () => {
    const bob = await withPasskey('bob@example.org');
    const idsFor = async (who: Browser) =>
      (await asked(who, 'step_up')).options.allowCredentials.map(({ id }: { id: string }) => id);
    expect(await idsFor(ann)).toEqual([passkey.id.toString('base64url')]);
    expect(await idsFor(bob.who)).toEqual([bob.passkey.id.toString('base64url')]);
    const strangers = await new Browser().send('POST', '/api/auth/passkeys/request', { json: { purpose: 'step_up' } });
    expect(strangers.status).toBe(401);
  });

  test('of a session is good for its successor, and for no other session', async () => {
    const begun = await asked(ann, 'step_up');
    const phone = new Browser();
    await phone.authenticate('/api/auth/token', { email: 'ann@example.org', password });
    const ceremony = (who: Browser) =>
      stepUp(who, { ceremony: begun.ceremony, credential: showPasskey(passkey, begun.options) });
    expect(await outcomeOf(await ceremony(phone))).toEqual([400, ['credential']]);
    expect((await stepUp(ann, { password })).status).toBe(200);
    expect((await ann.send('GET', '/api/me')).status).toBe(200);
    expect((await ceremony(ann)).status).toBe(200);
  });
});

describe('a step-up is refused, and nothing written, for a passkey', () => {
  async function expectRefused(json: object, who = ann): Promise<void> {
    const sid = claimsOf(who).sid;
    expect(await outcomeOf(await stepUp(who, json))).toEqual([400, ['credential']]);
    expect(claimsOf(who).sid).toBe(sid);
    expect(await exported(who)).toBe(401);
    expect((await who.send('GET', '/api/me')).status).toBe(200);
  }

  test.each(['sign_in', 'second_step', 'reset', 'undo'])('in a ceremony of another purpose (%s)', async (purpose) => {
    await expectRefused(await shown(ann, passkey, purpose));
    expect(await lastUse()).toBeNull();
    expect((await eventTypes()).filter((type) => type === 'step_up_failed')).toHaveLength(1);
  });

  test('in the ceremony in which a passkey is made', async () => {
    await stepUp(ann, { password });
    const { ceremony, options } = await (await ann.send('POST', '/api/auth/passkeys/creation')).json();
    const { sid } = claimsOf(ann);
    const request = {
      challenge: options.challenge,
      rpId: options.rp.id,
      timeout: 1,
      userVerification: 'required',
    } as const;
    const json = { ceremony, credential: showPasskey(passkey, request) };
    expect(await outcomeOf(await stepUp(ann, json))).toEqual([400, ['credential']]);
    expect(claimsOf(ann).sid).toBe(sid);
  });

  test('in a ceremony that was used before, also of ten at once', async () => {
    const json = await shown(ann, passkey, 'step_up');
    const statuses = await Promise.all(Array.from({ length: 10 }, async () => (await stepUp(ann.copy(), json)).status));
    expect(statuses.toSorted()).toEqual([200, ...Array(9).fill(400)]);
    await expectRefused(json);
  });

  test('in a ceremony that is five minutes old', async () => {
    const late = await shown(ann, passkey, 'step_up');
    const early = await shown(ann, passkey, 'step_up');
    app.clock.advance(299);
    expect((await stepUp(ann.copy(), early)).status).toBe(200);
    app.clock.advance(1);
    await ann.refresh();
    await expectRefused(late);
  });

  test('of another account, in one’s own ceremony or in theirs', async () => {
    const bob = await withPasskey('bob@example.org');
    const { ceremony, options } = await asked(ann, 'step_up');
    await expectRefused({ ceremony, credential: showPasskey(bob.passkey, options) });
    const bobs = await asked(bob.who, 'step_up');
    await expectRefused({ ceremony: bobs.ceremony, credential: showPasskey(bob.passkey, bobs.options) });
    await expectRefused({
      ceremony,
      credential: showPasskey(bob.passkey, options, { userHandle: passkey.userHandle }),
    });
    const [bobsRow] = await app.deps.store.listPasskeys(await idOf('bob@example.org'));
    expect([await lastUse(), bobsRow?.lastUsedAt]).toEqual([null, null]);
    // The ceremony was not used up by what was refused.
    expect((await stepUp(ann, { ceremony, credential: showPasskey(passkey, options) })).status).toBe(200);
  });

  test('that did not ask its user, is of another origin, or that was removed', async () => {
    for (const lies of [{ isVerified: false }, { origin: 'http://localhost:3001' }, { rpId: 'example.org' }])
      await expectRefused(await shown(ann, passkey, 'step_up', lies));
    const json = await shown(ann, passkey, 'step_up');
    const [row] = await app.deps.store.listPasskeys(await idOf());
    const other = ann.copy();
    await stepUp(other, { password });
    expect((await other.send('DELETE', `/api/auth/passkeys/${row?.id}`)).status).toBe(204);
    expect(await outcomeOf(await stepUp(other, json))).toEqual([400, ['credential']]);
  });

  test('that is device-bound and counts back, of which its owner is told', async () => {
    const bound = await withPasskey('bob@example.org', { synced: false });
    await grow(bound.who);
    expect((await stepUp(bound.who, await shown(bound.who, bound.passkey, 'step_up', { counter: 7 }))).status).toBe(
      200,
    );
    const copied = await shown(bound.who, bound.passkey, 'step_up', { counter: 7 });
    expect(await outcomeOf(await stepUp(bound.who, copied))).toEqual([400, ['credential']]);
    const { items } = await app.deps.store.listSecurityEvents(await idOf('bob@example.org'), { page: 1, size: 9 });
    expect(items.map(({ type }) => type)).toContain('passkey_refused');
  });
});

test('a code never passes in the place of a passkey: without the password it steps nothing up', async () => {
  await stepUp(ann, { password });
  const { codeAt, codes } = await setUp(app, ann);
  await grow(ann);
  const broken = { ceremony: 'none of ours', credential: {} };
  const code = codeAt(app.clock.now);
  for (const proof of [{ code }, { recovery_code: codes[0] }]) {
    expect(await outcomeOf(await stepUp(ann, { ...proof, ...broken }))).toEqual([400, ['credential']]);
    expect(await outcomeOf(await stepUp(ann, { ...proof, ceremony: broken.ceremony }))).toEqual([400, ['password']]);
    expect(await outcomeOf(await stepUp(ann, { ...proof, credential: {} }))).toEqual([400, ['password']]);
    // Nor with the password, where the passkey is what was shown.
    expect(await outcomeOf(await stepUp(ann, { password, ...proof, ...broken }))).toEqual([400, ['credential']]);
  }
  expect(await exported(ann)).toBe(401);
  const steppedUp = await stepUp(ann, { code, ...(await shown(ann, passkey, 'step_up')) });
  expect(steppedUp.status).toBe(200);
  expect(claimsOf(ann)).toMatchObject({ amr: ['pop', 'user', 'mfa'] });
  // Neither was used up.
  expect((await stepUp(ann, { password, code })).status).toBe(200);
  expect((await stepUp(ann, { password, recovery_code: codes[0] })).status).toBe(200);
});

test('passkeys that are refused count as step-ups, and are no wrong codes', async () => {
  await app.close();
  await start({ LIMIT_STEP_UP_PER_USER: '3/900', LIMIT_FACTOR_PER_ACCOUNT: '1/3600' });
  const other = await withPasskey('bob@example.org');
  for (let tries = 0; tries < 3; tries++)
    expect((await stepUp(ann, await shown(ann, other.passkey, 'step_up'))).status).toBe(400);
  const refused = await stepUp(ann, await shown(ann, passkey, 'step_up'));
  expect([refused.status, Number(refused.headers.get('Retry-After')) > 0]).toEqual([429, true]);
  expect((await eventTypes()).filter((type) => type === 'step_up_failed')).toHaveLength(3);
  await grow(ann);
  expect((await stepUp(ann, await shown(ann, passkey, 'step_up'))).status).toBe(200);
});
